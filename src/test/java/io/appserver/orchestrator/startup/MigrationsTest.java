package io.appserver.orchestrator.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MigrationsTest {

  @Test
  void allScriptsAreNamedInTheirOrder() throws IOException {
    Path folder =
        Path.of(System.getProperty("orchestrator.basedir", ""))
            .resolve("src/main/resources")
            .resolve(Migrations.FOLDER);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> name.endsWith(".sql")))
          .containsExactlyInAnyOrderElementsOf(Migrations.SCRIPTS);
    }
    assertThat(Migrations.SCRIPTS)
        .extracting(name -> Integer.parseInt(name.substring(1, name.indexOf("__"))))
        .isSorted()
        .doesNotHaveDuplicates();
  }
}
