package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.EverythingOn;
import io.appserver.orchestrator.e2e.support.Platform;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docker logs orchestrator} shows, for people and for programs. */
@EndToEnd
class LogsE2E {

  private static final Pattern TRANSITION =
      Pattern.compile("app_name=\\S+ (\\(NEW\\)|[A-Z]+) -> ([A-Z]+)( \\([a-z_]+\\))?");

  private final Platform platform;

  LogsE2E(Platform platform) {
    this.platform = platform;
  }

  @Test
  void theGuidesGrepFindsEachTransitionOnOneLine() {
    assertEachTransitionIsALine(platform);
  }

  @Test
  void byASwitchEachLineIsADocumentAndTheGrepFindsTheSame(EverythingOn everything) {
    Platform json = everything.platform();
    App app = assertEachTransitionIsALine(json);

    List<JsonObject> documents =
        json.server().console().stream()
            .filter(line -> !line.isBlank())
            .map(LogsE2E::document)
            .toList();
    assertThat(documents.getFirst().getString("message")).startsWith("Launching orchestrator");
    assertThat(documents)
        .anySatisfy(document -> {
          assertThat(document.getString("message"))
              .startsWith("app_name=" + app + " STARTING -> HEALTHY");
          assertThat(document.getString("loglevel")).isEqualTo("INFO");
          assertThat(document).containsKey("ibm_datetime");
        });
  }

  /** An app that gets well and goes, and one that ends with last words of several lines. */
  private static App assertEachTransitionIsALine(Platform platform) {
    App well = platform.healthyApp("todos");
    App bad = platform.app("broken", "crash");
    platform.appServer().install(bad);
    platform.appServer().uninstall(well);
    platform.awaitState(well, "stopped");
    platform.await(
        bad,
        "has failed once",
        () -> assertThat(platform.database().transitions(bad)).anyMatch(t -> t.contains("exited")));
    platform.appServer().uninstall(bad);
    platform.awaitState(bad, "stopped");

    for (App app : List.of(well, bad)) {
      platform.await(
          app,
          "has its transitions in the log",
          () ->
              assertThat(transitions(platform.server().console(app)))
                  .isEqualTo(platform.database().transitions(app)));
    }
    return well;
  }

  /** As the history has them. */
  private static List<String> transitions(List<String> lines) {
    return lines.stream()
        .map(TRANSITION::matcher)
        .filter(Matcher::find)
        .filter(found -> !found.group(1).equals(found.group(2)))
        .map(found ->
            "%s -> %s%s"
                .formatted(
                    found.group(1).equals("(NEW)") ? null : found.group(1),
                    found.group(2),
                    found.group(3) == null ? "" : found.group(3)))
        .map(transition -> transition.toLowerCase(Locale.ROOT))
        .toList();
  }

  private static JsonObject document(String line) {
    try (var reader = Json.createReader(new StringReader(line))) {
      return reader.readObject();
    } catch (RuntimeException e) {
      throw new AssertionError("not a JSON document: " + line, e);
    }
  }
}
