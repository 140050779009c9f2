package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.appserver.orchestrator.runtime.LogLine;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes lines of the pieces in which a container's output comes, each with its time before it. */
final class LogLines {

  /** A longer line is cut in two. */
  static final int LONGEST = 16 * 1024;

  /** RFC 3339 with nanoseconds and an offset. */
  private static final int LONGEST_TIME = "2006-01-02T15:04:05.000000000+00:00".length();

  private final Instant after;
  private final Consumer<LogLine> listener;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Instant at = Instant.EPOCH;

  /**
   * @param after what was said then or before is left out: the engine itself counts whole seconds
   */
  LogLines(Instant after, Consumer<LogLine> listener) {
    this.after = after;
    this.listener = listener;
  }

  void add(Frame frame) {
    byte[] piece = frame.getPayload();
    int text = 0;
    Optional<Instant> time = time(piece);
    if (time.isPresent()) {
      at = time.get();
      text = indexOfSpace(piece) + 1;
    }
    if (at.isAfter(after)) {
      add(frame.getStreamType() == StreamType.STDERR, piece, text);
    }
  }

  private void add(boolean error, byte[] piece, int from) {
    ByteArrayOutputStream line = error ? err : out;
    for (int i = from; i < piece.length; i++) {
      if (piece[i] == '\n' || line.size() >= LONGEST) {
        flush(error, line);
      }
      if (piece[i] != '\n') {
        line.write(piece[i]);
      }
    }
  }

  private static Optional<Instant> time(byte[] piece) {
    int end = indexOfSpace(piece);
    if (end <= 0) {
      return Optional.empty();
    }
    var word = new String(Arrays.copyOf(piece, end), StandardCharsets.US_ASCII);
    try {
      return Optional.of(OffsetDateTime.parse(word).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty(); // the engine has put none before it
    }
  }

  private static int indexOfSpace(byte[] piece) {
    for (int i = 0; i < Math.min(piece.length, LONGEST_TIME + 1); i++) {
      if (piece[i] == ' ') {
        return i;
      }
    }
    return -1;
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
    String text = ContainerLogs.printable(line.toString(StandardCharsets.UTF_8));
    listener.accept(new LogLine(at, error, text));
    line.reset();
  }
}
