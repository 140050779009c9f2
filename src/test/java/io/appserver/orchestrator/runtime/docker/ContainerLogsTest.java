package io.appserver.orchestrator.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ContainerLogsTest {

  private final ContainerLogs logs = new ContainerLogs();

  private void say(StreamType stream, String text) {
    logs.add(new Frame(stream, text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void keepsBothStreamsInTheirOrderWithoutControlCharacters() {
    say(StreamType.STDOUT, "one\r\n");
    say(StreamType.STDERR, "\u001b[31mtwo\u001b[0m\tü\u0007\n");

    assertThat(logs.text()).isEqualTo("one\n[31mtwo[0m\tü\n");
  }

  @Test
  void keepsTheEndOfALongLog() {
    for (int i = 0; i < 100_000; i++) {
      say(StreamType.STDOUT, "ä" + i + "\n");
    }

    assertThat(logs.text()).endsWith("ä99999\n").doesNotContain("\uFFFD");
    assertThat(logs.text().getBytes(StandardCharsets.UTF_8).length)
        .isBetween(ContainerLogs.MOST - 2, ContainerLogs.MOST);
  }

  @Test
  void joinsACharacterThatCameInTwoPieces() {
    byte[] text = "ü".getBytes(StandardCharsets.UTF_8);
    logs.add(new Frame(StreamType.STDOUT, new byte[] {text[0]}));
    logs.add(new Frame(StreamType.STDOUT, new byte[] {text[1]}));

    assertThat(logs.text()).isEqualTo("ü");
  }
}
