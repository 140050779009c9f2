package io.appserver.orchestrator.container.docker;

import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.appserver.orchestrator.container.LogListener;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Makes lines of the pieces in which a container's output comes. */
final class LogLines {

  /** A longer line is cut in two. */
  static final int LONGEST = 16 * 1024;

  private final LogListener listener;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  LogLines(LogListener listener) {
    this.listener = listener;
  }

  void add(Frame frame) {
    boolean error = frame.getStreamType() == StreamType.STDERR;
    ByteArrayOutputStream line = error ? err : out;
    for (byte b : frame.getPayload()) {
      if (b == '\n' || line.size() >= LONGEST) {
        flush(error, line);
      }
      if (b != '\n') {
        line.write(b);
      }
    }
  }

  /** Nothing more comes: what has no line end is a line too. */
  void end() {
    for (boolean error : new boolean[] {false, true}) {
      ByteArrayOutputStream line = error ? err : out;
      if (line.size() > 0) {
        flush(error, line);
      }
    }
  }

  private void flush(boolean error, ByteArrayOutputStream line) {
    listener.line(error, ContainerLogs.printable(line.toString(StandardCharsets.UTF_8)));
    line.reset();
  }
}
