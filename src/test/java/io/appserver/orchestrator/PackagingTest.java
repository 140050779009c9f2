package io.appserver.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The files beside the code that must agree with each other. */
class PackagingTest {

  private static String one(String file, String pattern) throws IOException {
    String text = Files.readString(Path.of(file));
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(1))
        .findFirst()
        .orElseThrow(() -> new AssertionError("%s has no %s".formatted(file, pattern)));
  }

  @Test
  void theImageIsBuiltOnTheServerThatTheTestsRunWith() throws IOException {
    String server = one("pom.xml", "<openliberty.version>([^<]+)<");
    assertThat(one("Dockerfile", "^ARG BASE_IMAGE=.*:(.*)$")).startsWith(server + "-full-");
  }

  /** Each of them would make the server's start script call three other programs. */
  @Test
  void noCommentOfTheSettingsFileCostsTimeAtTheStart() throws IOException {
    assertThat(Files.readAllLines(Path.of("liberty/server.env")))
        .filteredOn(line -> line.startsWith("#") || line.contains("="))
        .containsExactly("MALLOC_ARENA_MAX=2");
  }
}
