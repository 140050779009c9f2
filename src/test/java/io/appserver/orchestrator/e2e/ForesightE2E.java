package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.Api;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the API says beforehand, and whom and what it names afterwards. */
@EndToEnd
class ForesightE2E {

  private final Platform platform;
  private final Api api;

  ForesightE2E(Platform platform) {
    this.platform = platform;
    this.api = platform.api();
  }

  @Test
  void aDryRunSaysWhatEachAppWouldGet() {
    App base = platform.healthyApp("base");
    App app = platform.app("dry", "web");
    platform.appServer().dependOnHard(app, base);
    platform.appServer().markInstalled(app); // found by the next sweep, seconds from now
    JsonObject forecast = dryRun(app).orElseThrow().getJsonObject("forecast");
    assertThat(forecast.getBoolean("possible")).as(forecast.toString()).isTrue();
    assertThat(strings(forecast, "pulls", "image")).first().asString().contains(app.name());
    assertThat(strings(forecast, "containers", "action")).containsExactly("create");
    assertThat(strings(forecast, "dependencies", "app")).containsExactly(base.name());
    assertThat(forecast.getJsonArray("environment").getValuesAs(JsonString::getString))
        .contains("DB_PASSWORD");
    assertThat(forecast.getJsonObject("disk").getJsonNumber("freeBytes").longValue()).isPositive();
    platform.awaitState(app, "healthy");
    assertThat(dryRun(app).orElseThrow().getBoolean("work")).isFalse();
  }

  private Optional<JsonObject> dryRun(App app) {
    HttpResponse<String> dry = api.send("POST", "/reconciliation", "{\"dryRun\":true}");
    assertThat(dry.statusCode()).as(dry.body()).isEqualTo(200);
    return Api.read(dry).getJsonObject("plan").getJsonArray("waves").stream()
        .flatMap(wave -> wave.asJsonArray().stream())
        .map(JsonValue::asJsonObject)
        .filter(step -> step.getString("app").equals(app.name()))
        .findFirst();
  }

  @Test
  void aPlanIsNotPossibleWhereItWouldWaitForEver() {
    App absent = platform.app("absent", "web");
    App app = platform.app("hopeless", "web");
    platform.appServer().dependOnHard(app, absent);
    JsonObject plan = api.object("/plan?action=install&app=" + app.name());
    assertThat(plan.getBoolean("possible")).isFalse();
    assertThat(plan.getString("why")).contains(absent.name(), "not installed");

    App broken = platform.appServer().register("broken");
    App other = platform.app("hopeless", "web");
    platform.appServer().dependOnHard(other, broken);
    platform.appServer().install(broken);
    platform.awaitState(broken, "failed");
    assertThat(api.object("/plan?action=install&app=" + other.name()).getString("why"))
        .contains(broken.name(), "failed", "image_not_found");
    assertThat(api.object("/plan?action=uninstall&app=never.heard.of").getString("why"))
        .contains("nothing of it");
  }

  @Test
  void whatIsNotAllowedIsRefusedInTheSameWords() {
    App app = platform.healthyApp("gone");
    platform.appServer().uninstall(app);
    platform.awaitState(app, "stopped");
    JsonObject view = api.object(path(app, ""));
    for (String act : List.of("restart", "redeploy", "hold", "move", "purge")) {
      JsonObject action =
          view.getJsonArray("actions").stream()
              .map(JsonValue::asJsonObject)
              .filter(one -> one.getString("name").equals(act))
              .findFirst()
              .orElseThrow();
      assertThat(action.getBoolean("allowed")).as(act).isFalse();
      HttpResponse<String> answer =
          api.send("POST", path(app, "/" + act), "{\"node\":\"a\",\"volume\":\"b\"}");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
      assertThat(Api.read(answer).getString("detail"))
          .contains(action.getString("why").replace("it is ", "").replace("it has no ", "no "));
    }
  }

  @Test
  void aFailureTellsStepAndTriesAndWhoDealtWithItsMessage() {
    App app = platform.appServer().register("nowhere");
    platform.appServer().install(app);
    platform.awaitState(app, "failed");
    JsonObject failed = entry(app, "to", "failed");
    assertThat(failed.getJsonObject("details").getString("step")).isEqualTo("pull");
    assertThat(Integer.parseInt(failed.getJsonObject("details").getString("attempt"))).isPositive();

    await().until(() -> letter(app).isPresent());
    String letter = letter(app).orElseThrow().getString("id");
    assertThat(api.send("DELETE", "/dead-letters/" + letter, "").statusCode()).isEqualTo(204);
    JsonObject discarded = entry(app, "cause", "operator: dead letter");
    assertThat(discarded.getString("actor")).isEqualTo(Api.OPERATOR);
    assertThat(discarded.getString("message")).contains("discarded", letter);
  }

  @Test
  void aPauseTellsWhenItIsTriedAgain() {
    App app = platform.app("paused", "crash");
    platform.appServer().install(app);
    await()
        .untilAsserted(() -> {
          JsonObject details = entry(app, "to", "pending").getJsonObject("details");
          assertThat(details.getString("step")).isEqualTo("health");
          assertThat(Instant.parse(details.getString("next_look"))).isAfter(Instant.EPOCH);
          assertThat(details.getString("exit_code")).isEqualTo("3");
        });
    platform.appServer().uninstall(app);
    platform.awaitState(app, "stopped");
  }

  private Optional<JsonObject> letter(App app) {
    return api.object("/dead-letters?size=500").getJsonArray("items").stream()
        .map(JsonValue::asJsonObject)
        .filter(item -> item.getString("preview").contains(app.name()))
        .findFirst();
  }

  /** The newest such one. */
  private JsonObject entry(App app, String field, String value) {
    return api.object(path(app, "/timeline?size=500")).getJsonArray("items").stream()
        .map(JsonValue::asJsonObject)
        .filter(entry -> entry.getString(field, "").equals(value))
        .filter(entry -> !field.equals("to") || entry.containsKey("code"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + value + " in " + platform.allKnownOf(app)));
  }

  private static String path(App app, String rest) {
    return "/deployments/" + app.name() + rest;
  }

  private static List<String> strings(JsonObject object, String array, String field) {
    return object.getJsonArray(array).stream()
        .map(JsonValue::asJsonObject)
        .map(item -> item.getString(field))
        .toList();
  }
}
