package io.appserver.orchestrator.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What operators read of the settings is made of what the program reads them by. */
class SettingsDocumentTest {

  private static final int WIDTH = 118;

  private static final String HEAD = "| Name | Type | Default | |\n|---|---|---|---|\n";

  private static final String BEGINNING =
      """
       # The settings of the orchestrator, with default, type and meaning. They are environment variables: set them where the
       # orchestrator is started (compose file, unit, shell), or here, each on a line of its own: the name, an equals sign,
       # the value. What stands here wins over the environment of the process.
       #
       # The server's start script calls other programs for each line that begins with # or has an equals sign: lines like
       # these ones, with a blank before the #, cost nothing. With them the start is almost two seconds shorter.
       #
       # A duration is written as in Go: 300ms, 30s, 2m, 1h30m. True and false are taken in any case.
      """;

  private static final String END =
      """

       # --- The process ------------------------------------------------------------------------------------------------------
       # Fewer native memory arenas: 10 MiB less resident.
      MALLOC_ARENA_MAX=2
      """;

  private static List<Variable<?>> variables() {
    return Variables.groups().stream().flatMap(group -> group.variables().stream()).toList();
  }

  private static String row(Variable<?> variable) {
    String byDefault =
        variable.initial().isEmpty() ? variable.without() : "`%s`".formatted(variable.initial());
    return "| `%s` | %s | %s | %s |"
        .formatted(variable.name(), variable.format().words(), byDefault, variable.meaning())
        .replace("  |", " |");
  }

  private static String plain(String markdown) {
    return markdown.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1").replace("`", "");
  }

  private static String wrapped(String first, String others, String text) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder(first);
    boolean begun = false;
    for (String word : text.split(" ", -1)) {
      if (begun && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(others).append(word);
      } else {
        line.append(begun ? " " : "").append(word);
      }
      begun = true;
    }
    lines.add(line.toString());
    return String.join("\n", lines) + "\n";
  }

  private static String commented(Variable<?> variable) {
    String none = variable.without().isEmpty() ? "" : " (%s)".formatted(plain(variable.without()));
    String words = plain(variable.format().words());
    String meaning = variable.meaning().isEmpty() ? "" : "; " + plain(variable.meaning());
    return " #   %s:%s%n"
            .formatted(
                variable.name(), variable.initial().isEmpty() ? none : " " + variable.initial())
        + wrapped(" #       ", " #       ", words + meaning);
  }

  private static void write(String file, String text) throws IOException {
    Files.createDirectories(Path.of("target"));
    Files.writeString(Path.of("target", file), text);
  }

  @Test
  void theReadmeTellsOfEachSetting() throws IOException {
    String table =
        HEAD
            + variables().stream()
                .map(SettingsDocumentTest::row)
                .collect(Collectors.joining("\n", "", "\n"));
    write("settings.md", table);

    assertThat(Files.readString(Path.of("README.md")))
        .as("the table in README.md is to be that of target/settings.md")
        .contains("\n" + table + "\n");
  }

  @Test
  void theSettingsFileTellsOfEachSetting() throws IOException {
    var file = new StringBuilder(BEGINNING);
    for (VariableGroup group : Variables.groups()) {
      String title = " # --- %s ".formatted(group.title());
      file.append('\n').append(title).append("-".repeat(WIDTH + 2 - title.length())).append('\n');
      group.variables().forEach(variable -> file.append(commented(variable)));
    }
    file.append(END);
    write("server.env", file.toString());

    assertThat(Files.readString(Path.of("liberty/server.env")))
        .as("cp target/server.env liberty/server.env")
        .isEqualTo(file.toString());
  }

  @ParameterizedTest
  @MethodSource("variables")
  void whatHoldsWithoutASettingIsRightItself(Variable<?> variable) {
    assertThat(variable.byDefault()).isNotBlank();
    if (!variable.initial().isEmpty()) {
      assertThat(variable.initialValue()).isNotNull();
    }
  }
}
