package io.appserver.orchestrator.container.probe;

import io.appserver.orchestrator.container.HealthProbe.Result;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Sends a GET and looks at the status. By hand: the JDK's client keeps the connection of an app
 * that answers something other than HTTP open for good (seen with 25), and each probe would add
 * one.
 */
final class HttpProbe {

  private static final int NOT_FOUND = 404;

  /** More than any status line has. */
  private static final int LONGEST_LINE = 1024;

  /** So much of an answer is read, and so long, that the app is not cut off in the middle of it. */
  private static final int LONGEST_BODY = 64 * 1024;

  private static final Duration LONGEST_READING = Duration.ofMillis(250);

  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)( .*)?");

  private HttpProbe() {}

  /** 2xx is well. */
  static Result strict(String address, int port, String path, Duration timeout) {
    try {
      var status = status(address, port, path, timeout);
      return status.isPresent()
          ? told(path, status.getAsInt())
          : new Result(false, "GET %s at port %d: the answer is not HTTP".formatted(path, port));
    } catch (IOException e) {
      return failed(port, path, timeout, e);
    }
  }

  /**
   * 2xx is well; 404, or an answer that is not HTTP, means that the app was never meant to answer
   * this: its port is open.
   */
  static Result lenient(String address, int port, String path, Duration timeout) {
    try {
      var status = status(address, port, path, timeout);
      if (status.isEmpty()) {
        return new Result(true, "port %d is open; it does not speak HTTP".formatted(port));
      }
      return status.getAsInt() == NOT_FOUND
          ? new Result(true, "port %d is open; it has no %s".formatted(port, path))
          : told(path, status.getAsInt());
    } catch (IOException e) {
      return failed(port, path, timeout, e);
    }
  }

  /** The status, or empty if what came back is not HTTP. */
  private static OptionalInt status(String address, int port, String path, Duration timeout)
      throws IOException {
    String request =
        "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUser-Agent: appserver-orchestrator\r\nAccept: */*\r\nConnection: close\r\n\r\n"
            .formatted(checked(path), address, port);
    try (var connection = TimedSocket.connect(address, port, timeout)) {
      connection.write(request.getBytes(StandardCharsets.US_ASCII));
      String line = firstLine(connection);
      var matcher = STATUS_LINE.matcher(line);
      if (!matcher.matches()) {
        return OptionalInt.empty();
      }
      connection.drain(LONGEST_BODY, LONGEST_READING);
      return OptionalInt.of(Integer.parseInt(matcher.group(1)));
    }
  }

  /** The first line; what there is of it if the other side ends before, or goes on for ever. */
  private static String firstLine(TimedSocket connection) throws IOException {
    var line = new StringBuilder();
    for (int c = connection.read(); c >= 0 && c != '\n'; c = connection.read()) {
      line.append((char) c);
      if (line.length() == LONGEST_LINE || !couldBeStatusLine(line)) {
        return line.toString();
      }
    }
    if (line.isEmpty()) {
      throw new IOException("the connection was closed without an answer");
    }
    return line.toString().stripTrailing();
  }

  private static boolean couldBeStatusLine(StringBuilder line) {
    String wanted = "HTTP/";
    int length = Math.min(line.length(), wanted.length());
    return line.substring(0, length).equals(wanted.substring(0, length));
  }

  /** The path as it may stand in a request line. */
  private static String checked(String path) throws IOException {
    try {
      return new URI(path.startsWith("/") ? path : "/" + path).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IOException("that is not a valid path", e);
    }
  }

  private static Result told(String path, int status) {
    return new Result(status >= 200 && status < 300, "GET %s answered %d".formatted(path, status));
  }

  private static Result failed(int port, String path, Duration timeout, IOException e) {
    String how =
        switch (e) {
          case SocketTimeoutException late ->
              "no answer within %d ms".formatted(timeout.toMillis());
          case ConnectException refused -> "no connection";
          default -> e.getMessage();
        };
    return new Result(false, "GET %s at port %d: %s".formatted(path, port, how));
  }
}
