package io.appserver.orchestrator.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.appserver.orchestrator.runtime.LogLine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLinesTest {

  private final List<String> heard = new ArrayList<>();
  private final LogLines lines =
      new LogLines(Instant.MIN, line -> heard.add((line.error() ? "err " : "out ") + line.text()));

  private void say(StreamType stream, String text) {
    lines.add(new Frame(stream, text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void makesLinesOfPiecesOfBothStreams() {
    say(StreamType.STDOUT, "one\ntw");
    say(StreamType.STDERR, "oops\r\n");
    say(StreamType.STDOUT, "o\n\nthree");
    assertThat(heard).containsExactly("out one", "err oops", "out two", "out ");
    lines.end();
    assertThat(heard).endsWith("out three").hasSize(5);
  }

  @Test
  void joinsACharacterThatCameInTwoPiecesAndLeavesOutControlCharacters() {
    byte[] text = "\u001b[31m\u00fc\t\u0007\n".getBytes(StandardCharsets.UTF_8);
    for (byte b : text) {
      lines.add(new Frame(StreamType.STDOUT, new byte[] {b}));
    }
    assertThat(heard).containsExactly("out [31m\u00fc\t");
  }

  @Test
  void takesTheTimeOffEachPieceAndLeavesOutWhatWasHeardBefore() {
    var later = new ArrayList<LogLine>();
    var rest = new LogLines(Instant.parse("2026-11-23T10:00:00.000000005Z"), later::add);
    for (String piece :
        List.of(
            "2026-11-23T10:00:00.000000004Z before\n",
            "2026-11-23T10:00:00.000000005Z heard\n",
            "2026-11-23T10:00:00.000000006Z a piece",
            "2026-11-23T10:00:00.000000007Z  and its end\n",
            "2026-11-23T12:00:01.5+02:00 2026-11-23T00:00:00Z is the app's\n",
            "no time\n")) {
      rest.add(new Frame(StreamType.STDOUT, piece.getBytes(StandardCharsets.UTF_8)));
    }
    var half = Instant.parse("2026-11-23T10:00:01.5Z");
    assertThat(later)
        .containsExactly(
            new LogLine(
                Instant.parse("2026-11-23T10:00:00.000000007Z"), false, "a piece and its end"),
            new LogLine(half, false, "2026-11-23T00:00:00Z is the app's"),
            new LogLine(half, false, "no time"));
  }

  @Test
  void cutsALineWithoutAnEnd() {
    for (int i = 0; i < 5; i++) {
      say(StreamType.STDOUT, "x".repeat(LogLines.LONGEST / 2));
    }
    assertThat(heard).hasSize(2).allMatch(line -> line.length() == 4 + LogLines.LONGEST);
  }
}
