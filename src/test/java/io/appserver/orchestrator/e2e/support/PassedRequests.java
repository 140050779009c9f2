package io.appserver.orchestrator.e2e.support;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The HTTP/1.1 requests of one connection: each is seen before it is passed on. */
final class PassedRequests {

  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
  private static final Pattern CHUNKED = Pattern.compile("(?i)\r\ntransfer-encoding: *chunked");

  private final InputStream in;
  private final OutputStream out;
  private String head = "";

  PassedRequests(InputStream in, OutputStream out) {
    this.in = new BufferedInputStream(in);
    this.out = out;
  }

  /**
   * Waits for the next request.
   *
   * @return its method and path, with what follows the question mark; empty at the end
   */
  String next() throws IOException {
    head = readHead();
    return head.substring(0, Math.max(0, head.indexOf(" HTTP")));
  }

  /** Passes on the request that was seen last. */
  void passOn() throws IOException {
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    Matcher length = LENGTH.matcher(head);
    if (length.find()) {
      out.write(in.readNBytes(Integer.parseInt(length.group(1))));
    } else if (CHUNKED.matcher(head).find()) {
      passChunks();
    }
    out.flush();
  }

  private String readHead() throws IOException {
    var read = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      read.append((char) c);
      if (c == '\n' && read.length() > 3 && read.substring(read.length() - 4).equals("\r\n\r\n")) {
        return read.toString();
      }
    }
    return "";
  }

  private void passChunks() throws IOException {
    int size;
    do {
      String line = line();
      out.write(line.getBytes(StandardCharsets.ISO_8859_1));
      size = Integer.parseInt(line.strip(), 16);
      out.write(in.readNBytes(size + 2)); // and the end of the line
    } while (size > 0);
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      line.append((char) c);
      if (c == '\n') {
        return line.toString();
      }
    }
    return line.toString();
  }
}
