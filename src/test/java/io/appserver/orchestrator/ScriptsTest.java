package io.appserver.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScriptsTest {

  private static final Pattern LEAVES_EARLY = Pattern.compile("\\|\\s*grep\\s+-\\w*q");

  /** With pipefail, whoever still writes when grep leaves makes a match look like none. */
  @Test
  void nothingIsPipedIntoAGrepThatLeavesEarly() throws IOException {
    List<String> offenders;
    try (var files = Files.walk(Path.of("script"))) {
      offenders =
          files
              .filter(Files::isRegularFile)
              .flatMap(ScriptsTest::lines)
              .filter(line -> LEAVES_EARLY.matcher(line).find())
              .toList();
    }
    assertThat(offenders).isEmpty();
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream().map(line -> file + ": " + line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aPortThatSomebodyListensOnIsNotFree() throws IOException, InterruptedException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(isFree(taken.getLocalPort())).isFalse();
    }
    assertThat(isFree(1)).isTrue();
  }

  private static boolean isFree(int port) throws IOException, InterruptedException {
    var shell =
        new ProcessBuilder(
                "bash",
                "-c",
                "set -euo pipefail; source script/lib/processes.sh; port_is_free " + port)
            .inheritIO()
            .start();
    int code = shell.waitFor();
    assertThat(code).isBetween(0, 1);
    return code == 0;
  }
}
