package io.appserver.orchestrator.rest.console;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The parts of the pages as browsers get them. */
class PartsTest {

  private static final Path WEBAPP =
      Path.of(System.getProperty("orchestrator.basedir", "")).resolve("src/main/webapp");

  private final Map<String, String> parts = parts();

  private static Map<String, String> parts() {
    try {
      return Parts.of(PartsTest::list, PartsTest::open);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> list(String folder) {
    try (Stream<Path> inside = Files.list(WEBAPP.resolve(folder.substring(1)))) {
      return inside
          .map(path -> folder + path.getFileName() + (Files.isDirectory(path) ? "/" : ""))
          .collect(toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String path) {
    try {
      return path.startsWith("/webjars/")
          ? PartsTest.class.getResourceAsStream("/META-INF/resources" + path)
          : Files.newInputStream(WEBAPP.resolve(path.substring(1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void allModulesAndStylesAreThereAndTheLibraryOfTheTemplates() {
    assertThat(parts)
        .containsKeys("/js/app.js", "/js/pages/login.js", "/css/base.css")
        .doesNotContainValue("");
    assertThat(parts.keySet())
        .anyMatch(path -> path.endsWith("/lit-html.js"))
        .noneMatch(path -> path.contains("cytoscape"));
  }

  /** The module that loads them names versions, and so does the build. */
  @Test
  void eachLibraryThatIsLoadedLaterIsThere() {
    String libraries = parts.get("/js/libraries.js");
    var folders =
        Pattern.compile("const (\\w+) = '(/webjars/[^']+)'")
            .matcher(libraries)
            .results()
            .collect(toMap(found -> found.group(1), found -> found.group(2)));
    List<String> files =
        Pattern.compile("`\\$\\{(\\w+)}(/[^`]+)`")
            .matcher(libraries)
            .results()
            .map(found -> folders.get(found.group(1)) + found.group(2))
            .toList();
    assertThat(files)
        .hasSize(5)
        .allSatisfy(file -> {
          try (InputStream content = open(file)) {
            assertThat(content).as(file).isNotNull();
          }
        });
  }

  /** A statement that is not recognised would name a module that the browser does not find. */
  @Test
  void eachImportIsRecognised() {
    var from = Pattern.compile("(?m)^(?:import|export) [^;]*from '[^']+';|^import '[^']+';");
    parts.forEach((path, text) -> {
      if (path.startsWith("/js/")) {
        long statements = from.matcher(text).results().count();
        assertThat(Parts.imports(path, text)).as(path).hasSize((int) statements);
      }
    });
  }

  /** A module is put together after those that it imports. */
  @Test
  void noModuleImportsItselfInTheEnd() {
    parts.keySet().stream()
        .filter(path -> path.endsWith(".js"))
        .forEach(path -> assertThat(circle(path, List.of())).as("imports in a circle").isEmpty());
  }

  private List<String> circle(String path, List<String> way) {
    if (way.contains(path)) {
      return way;
    }
    var further = new ArrayList<>(way);
    further.add(path);
    for (String next : new HashSet<>(Parts.imports(path, parts.getOrDefault(path, "")))) {
      List<String> found = circle(next, further);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }
}
