package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.model.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/** The end of a container's output, as it comes: both streams, in the engine's order. */
final class ContainerLogs {

  /** The most that is kept, in bytes. */
  static final int MOST = 16 * 1024;

  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\\n\\t]]");

  private ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  synchronized void add(Frame frame) {
    bytes.writeBytes(frame.getPayload());
    if (bytes.size() > 4 * MOST) {
      byte[] end = end();
      bytes = new ByteArrayOutputStream();
      bytes.writeBytes(end);
    }
  }

  private byte[] end() {
    byte[] all = bytes.toByteArray();
    return Arrays.copyOfRange(all, Math.max(0, all.length - MOST), all.length);
  }

  /**
   * What is kept, without control characters but line ends and tabs: an app is not to write into
   * our terminals.
   */
  synchronized String text() {
    byte[] end = end();
    int from = 0;
    while (bytes.size() > MOST && from < end.length && (end[from] & 0xC0) == 0x80) {
      from++; // the rest of a character that was cut
    }
    var text = new String(end, from, end.length - from, StandardCharsets.UTF_8);
    return printable(text);
  }

  /** Without control characters but line ends and tabs. */
  static String printable(String text) {
    return CONTROL.matcher(text).replaceAll("");
  }
}
