package io.appserver.orchestrator.e2e;

import static io.appserver.orchestrator.e2e.support.Answers.accepted;
import static io.appserver.orchestrator.e2e.support.Answers.objects;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.Api;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the HTTP API never tells, whatever it is asked and whatever the apps say. */
@EndToEnd
class ApiSecretsE2E {

  private final Platform platform;
  private final Api api;

  ApiSecretsE2E(Platform platform) {
    this.platform = platform;
    this.api = platform.api();
  }

  /** An app that says the passwords that the apps are given, or the engine pulls with. */
  private App talkative() {
    App app = platform.healthyApp("talkative");
    say(app, "the database: " + setting("APPSERVER_DB_PASSWORD") + ".");
    say(app, "the registry: " + setting("APPSERVER_DOCKER_REGISTRY_PASSWORD") + ".");
    say(app, "that is all");
    return app;
  }

  private void say(App app, String line) {
    assertThat(
            platform
                .engine()
                .execute(app.container(), "sh", "-c", "echo \"$0\" >/proc/1/fd/1", line)
                .exitCode())
        .isZero();
  }

  private String setting(String name) {
    String value = platform.server().settings().get(name);
    assertThat(value).hasSizeGreaterThan(6);
    return value;
  }

  private List<String> secrets() {
    return List.of(
        setting("APPSERVER_DB_PASSWORD"),
        setting("APPSERVER_DOCKER_REGISTRY_PASSWORD"),
        setting("APPSERVER_ADMIN_PASSWORD"),
        setting("APPSERVER_VIEWER_PASSWORD"),
        platform.broker().url().getUserInfo().split(":", 2)[1]);
  }

  private static String path(App app, String rest) {
    return "/deployments/" + app.name() + rest;
  }

  @Test
  void aContainersLastWordsAreReadWithoutSecrets() {
    App app = talkative();
    await()
        .untilAsserted(() ->
            assertThat(logs(app, "?lines=3").lines())
                .containsExactly(
                    "the database: (hidden).", "the registry: (hidden).", "that is all"));
    assertThat(logs(app, "?lines=1").lines()).containsExactly("that is all");
    assertThat(logs(app, "")).contains("serving on port", "(hidden)", "that is all");
    assertThat(platform.engine().lastLog(app.container(), 3))
        .as("what it really said")
        .contains(setting("APPSERVER_DB_PASSWORD"));
  }

  private String logs(App app, String query) {
    HttpResponse<String> response = api.get(path(app, "/logs" + query));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
    return response.body();
  }

  @Test
  void noSecretIsInAnyAnswer() {
    App crashed = platform.app("secretive", "crash");
    platform.appServer().install(crashed);
    App app = talkative();
    platform.awaitState(crashed, "failed");
    String letter = letterOf(crashed);

    for (Api.Call call : api.calls()) {
      if (isStream(call) || call.path().equals("/dead-letters/replay")) {
        continue; // heard below; and other tests' letters stay where they are
      }
      for (App which : List.of(crashed, app)) {
        String path =
            call.path()
                .replace("/deployments/anything", "/deployments/" + which.name())
                .replace("/dead-letters/anything", "/dead-letters/" + letter);
        HttpResponse<String> response = api.send(call.verb(), path, body(path, which));
        assertThat(response.statusCode()).as("%s %s", call.verb(), path).isLessThan(500);
        assertThat(response.body()).as("%s %s", call.verb(), path).doesNotContain(secrets());
      }
    }
    for (String action : List.of("install", "uninstall", "redeploy")) {
      assertThat(api.get("/plan?action=%s&app=%s".formatted(action, app.name())).body())
          .contains("steps")
          .doesNotContain(secrets());
    }
    assertThat(String.join("\n", platform.server().console())).doesNotContain(secrets());
  }

  private static boolean isStream(Api.Call call) {
    return call.path().contains("/events") || call.path().endsWith("/stream");
  }

  /** What such a call takes. */
  private static String body(String path, App app) {
    return switch (path.substring(path.lastIndexOf('/') + 1)) {
      case "session" ->
          "{\"user\":\"%s\",\"password\":\"%s\"}"
              .formatted(Api.OPERATOR, Api.passwordOf(Api.OPERATOR));
      case "hold" -> "{\"reason\":\"to be looked at\"}";
      case "move" -> "{\"node\":\"nowhere\"}";
      case "purge", "keep-data" -> "{\"volume\":\"%s\"}".formatted(app.volume());
      case "retire" -> "{\"target\":\"nowhere\"}";
      case "reconciliation" -> "{\"dryRun\":true}";
      default -> "{}";
    };
  }

  /** The id of the dead letter of that app's event. */
  private String letterOf(App app) {
    return await()
        .until(
            () ->
                objects(api.object("/dead-letters?size=500"), "items").stream()
                    .filter(letter -> letter.getString("preview").contains(app.name()))
                    .map(letter -> letter.getString("id"))
                    .findFirst()
                    .orElse(""),
            id -> !id.isEmpty());
  }

  @Test
  void noSecretIsInAnyStream() {
    App app = talkative();
    try (var all = api.listen("/events", Map.of());
        var one = api.listen("/events?app=" + app.name(), Map.of("Last-Event-ID", "0"));
        var words = api.listen(path(app, "/logs/stream?lines=50"), Map.of())) {
      await().until(() -> !all.events("hello").isEmpty());
      accepted(api.send("POST", path(app, "/hold"), "{\"reason\":\"enough said\"}"));
      await().until(() -> !all.events("transition").isEmpty());
      await().until(() -> !one.events("transition").isEmpty() || !one.events("reset").isEmpty());
      await().until(() -> !words.events("end").isEmpty());
      assertThat(words.events("line").stream().map(line -> line.json().getString("line")))
          .contains("the database: (hidden).", "the registry: (hidden).");
      for (Api.Listening stream : List.of(all, one, words)) {
        assertThat(stream.events())
            .allSatisfy(event -> assertThat(event.data()).doesNotContain(secrets()));
      }
    }
  }
}
