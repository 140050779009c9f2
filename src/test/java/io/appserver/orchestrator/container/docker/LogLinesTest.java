package io.appserver.orchestrator.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLinesTest {

  private final List<String> heard = new ArrayList<>();
  private final LogLines lines =
      new LogLines((error, line) -> heard.add((error ? "err " : "out ") + line));

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
  void cutsALineWithoutAnEnd() {
    for (int i = 0; i < 5; i++) {
      say(StreamType.STDOUT, "x".repeat(LogLines.LONGEST / 2));
    }
    assertThat(heard).hasSize(2).allMatch(line -> line.length() == 4 + LogLines.LONGEST);
  }
}
