package io.appserver.orchestrator.e2e;

import static io.appserver.orchestrator.e2e.support.Answers.accepted;
import static io.appserver.orchestrator.e2e.support.Answers.objects;
import static io.appserver.orchestrator.e2e.support.Answers.problem;
import static io.appserver.orchestrator.e2e.support.Answers.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.Api;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Http;
import io.appserver.orchestrator.e2e.support.Platform;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the HTTP API tells of apps, and does with them. */
@EndToEnd
class ApiE2E {

  private final Platform platform;
  private final Api api;

  ApiE2E(Platform platform) {
    this.platform = platform;
    this.api = platform.api();
  }

  @Test
  void anAppIsListedFilteredSortedAndPaged() {
    App first = platform.healthyApp("listed");
    App second = platform.healthyApp("listed");
    String query = "/deployments?q=listed-";

    awaitListed("/deployments?size=1000&state=healthy&health=healthy", first, second);
    JsonObject row =
        item(api.object("/deployments?q=" + first.name() + "&state=healthy&health=healthy"), 0);
    assertThat(row.getString("app")).isEqualTo(first.name());
    assertThat(row.getString("image")).endsWith("/" + first.name() + ":latest");
    assertThat(row.getString("digest")).startsWith("sha256:");
    assertThat(row.getString("container")).hasSize(64);
    assertThat(row.getString("node")).isNotEmpty();
    assertThat(row.getBoolean("installed")).isTrue();
    assertThat(row.getBoolean("attention")).isFalse();
    assertThat(row.getBoolean("outdated")).isFalse();

    List<String> upwards = names(api.object(query + "&sort=app&size=1000"));
    List<String> downwards = names(api.object(query + "&sort=-app&size=1000"));
    assertThat(upwards).contains(first.name(), second.name()).isSorted();
    assertThat(downwards).isEqualTo(upwards.reversed());
    JsonObject page = api.object(query + "&sort=app&size=1&page=2");
    assertThat(names(page)).containsExactly(upwards.get(1));
    assertThat(page.getInt("total")).isEqualTo(upwards.size());
    assertThat(page.getJsonObject("counts").getInt("healthy")).isGreaterThanOrEqualTo(2);
    assertThat(names(api.object("/deployments?state=failed&q=" + first.name()))).isEmpty();
  }

  @Test
  void badQueriesAreRefusedWithWhatIsAllowed() {
    problem(api.get("/deployments?state=running"), 400, "must be one of pending, pulling");
    problem(api.get("/deployments?sort=colour"), 400, "app, healthySince");
    problem(api.get("/deployments?size=0"), 400, "1 to 1000");
    problem(api.get("/deployments/UPPER"), 400, "lower-case");
    problem(api.get("/deployments/never.heard.of"), 404, "never.heard.of");
    problem(api.get("/no/such/thing"), 404, "see /api/v1/openapi");
    problem(api.send("PUT", "/status", "{}"), 405, "see /api/v1/openapi");
    problem(api.get("/deployments?page=first"), 400, "a value that it cannot have");
    problem(api.get("/explanations/no_such_code"), 404, "no_such_code");
    problem(api.get("/plan?action=explode&app=todos"), 400, "install, uninstall or redeploy");
    problem(api.send("POST", "/deployments/never.heard.of/restart", ""), 404, "never.heard.of");
    problem(api.send("DELETE", "/dead-letters/no-such-letter", ""), 404, "no-such-letter");
    problem(api.send("POST", "/nodes/nowhere/retire", "{\"target\":\"a\"}"), 409, "no node");
    App app = platform.healthyApp("mistaken");
    problem(api.send("POST", path(app, "/hold"), "{\"reason\":"), 400, "JSON");
    problem(api.send("POST", path(app, "/move"), "{}"), 400, "node is needed");
    problem(
        api.send("POST", path(app, "/purge"), "{\"volume\":\"app-x-data\"}"),
        409,
        "no data volume app-x-data");
    platform.appServer().uninstall(app);
    platform.awaitState(app, "stopped");
    problem(api.send("POST", path(app, "/restart"), ""), 409, "is not installed");
    problem(api.send("POST", path(app, "/redeploy"), ""), 409, "is not installed");
  }

  @Test
  void oneAppIsShownWithAllThatIsKnownOfIt() {
    App base = platform.healthyApp("needed");
    App app = platform.app("shown", "web");
    platform.appServer().dependOnHard(app, base);
    platform.appServer().set(app, Map.of("docker.volume.path", "/data"));
    platform.appServer().install(app);
    platform.awaitState(app, "healthy");

    JsonObject view = api.object("/deployments/" + app.name());
    assertThat(view.getJsonObject("deployment").getString("volume"))
        .isEqualTo("app-" + app.name() + "-data");
    assertThat(strings(view, "environment", "name"))
        .contains("APP_ID", "APP_NAME", "DB_HOST", "DB_PASSWORD", "PORT");
    assertThat(strings(view, "dependencies", "app")).containsExactly(base.name());
    assertThat(strings(view, "settings", "name")).containsExactly("docker.volume.path");
    assertThat(view.getInt("fence")).isPositive();
    assertThat(action(view, "restart").getBoolean("allowed")).isTrue();
    assertThat(action(view, "release").getString("why")).contains("not held");
    assertThat(strings(api.object("/deployments/" + base.name()), "dependants", "app"))
        .containsExactly(app.name());
    assertThat(
            api.object("/graph").getJsonArray("edges").stream()
                .map(JsonValue::asJsonObject)
                .map(edge ->
                    edge.getString("from")
                        + " "
                        + edge.getString("kind")
                        + " "
                        + edge.getString("to")))
        .contains(app.name() + " HARD " + base.name());

    JsonObject timeline = api.object("/deployments/" + app.name() + "/timeline?size=3");
    assertThat(timeline.getJsonArray("items")).hasSize(3);
    assertThat(timeline.getBoolean("more")).isTrue();
    assertThat(item(timeline, 0).getString("to")).isEqualTo("healthy");
    assertThat(item(timeline, 0).getString("cause")).contains("app.installed");
    long oldest = item(timeline, 2).getJsonNumber("id").longValue();
    JsonObject before =
        api.object("/deployments/" + app.name() + "/timeline?size=500&before=" + oldest);
    assertThat(before.getBoolean("more")).isFalse();
    assertThat(item(before, 0).getJsonNumber("id").longValue()).isLessThan(oldest);

    await()
        .until(() ->
            !api.object("/deployments/" + app.name() + "/probes").getJsonArray("items").isEmpty());
    assertThat(
            api.object("/deployments/" + app.name())
                .getJsonObject("lastProbe")
                .getBoolean("healthy"))
        .isTrue();
  }

  @Test
  void whatAnOperatorAsksForIsDoneAndNamesTheOperator() {
    App app = platform.healthyApp("operated");
    String container = row(app).getString("container");

    accepted(api.send("POST", path(app, "/hold"), "{\"reason\":\"moving house\"}"));
    platform.await(
        app,
        "is held",
        () -> {
          assertThat(row(app).getString("state")).isEqualTo("pending");
          assertThat(row(app).toString()).contains("\"code\":\"held\"");
        });
    assertThat(row(app).getJsonObject("held").getString("actor")).isEqualTo(Api.OPERATOR);
    assertThat(row(app).getJsonObject("held").getString("reason")).isEqualTo("moving house");
    assertThat(row(app).getBoolean("attention")).isFalse();
    problem(api.send("POST", path(app, "/restart"), ""), 409, "release it first");

    accepted(api.send("POST", path(app, "/release"), ""));
    platform.awaitState(app, "healthy");
    assertThat(accepted(api.send("POST", path(app, "/release"), "")).getString("message"))
        .contains("was not held");

    String started = row(app).getString("startedAt");
    accepted(api.send("POST", path(app, "/restart"), ""));
    platform.await(
        app,
        "was started again",
        () -> {
          assertThat(row(app).getString("startedAt", started)).isNotEqualTo(started);
          assertThat(row(app).getString("state")).isEqualTo("healthy");
        });

    String latest = row(app).getString("container");
    accepted(api.send("POST", path(app, "/redeploy"), ""));
    platform.await(
        app,
        "has another container",
        () -> {
          assertThat(row(app).getString("state")).isEqualTo("healthy");
          assertThat(row(app).getString("container", latest)).isNotIn(latest, container);
        });

    List<String> actors =
        api.object(path(app, "/timeline?size=500")).getJsonArray("items").stream()
            .map(JsonValue::asJsonObject)
            .filter(entry -> entry.getString("actor").equals(Api.OPERATOR))
            .map(entry -> entry.getString("cause"))
            .toList();
    assertThat(actors)
        .containsExactly(
            "operator: redeploy", "operator: restart", "operator: release", "operator: hold");
  }

  @Test
  void dataGoesOnlyWhenItIsNamedAndTheAppIsGone() {
    App app = platform.app("hoarder", "web");
    platform.appServer().set(app, Map.of("docker.volume.path", "/data"));
    platform.appServer().install(app);
    platform.awaitState(app, "healthy");
    String volume = row(app).getString("volume");
    platform.appServer().uninstall(app);
    platform.awaitState(app, "stopped");

    assertThat(action(api.object(path(app, "")), "purge").getBoolean("allowed")).isTrue();
    problem(
        api.send("POST", path(app, "/purge"), "{\"volume\":\"app-other-data\"}"),
        409,
        "no data volume app-other-data");
    assertThat(platform.engine().volume(volume)).isPresent();
    accepted(api.send("POST", path(app, "/purge"), "{\"volume\":\"%s\"}".formatted(volume)));
    platform.await(
        app, "has no data any more", () -> assertThat(platform.engine().volume(volume)).isEmpty());
    platform.await(app, "says so", () -> assertThat(row(app)).doesNotContainKey("volume"));
    problem(
        api.send("POST", path(app, "/purge"), "{\"volume\":\"%s\"}".formatted(volume)),
        409,
        "no data volume");
  }

  @Test
  void aPlanSaysWhatWouldBeDoneAndDoesNothing() {
    App base = platform.healthyApp("planned");
    App app = platform.app("planned", "web");
    platform.appServer().dependOnHard(app, base);

    JsonObject install = api.object("/plan?action=install&app=" + app.name());
    assertThat(install.getBoolean("possible")).as(install.toString()).isTrue();
    assertThat(strings(install, "steps", "verb"))
        .containsExactly("pull", "create", "start", "wait");
    assertThat(item(install, "pulls").getString("image")).endsWith(app.name() + ":latest");
    assertThat(item(install, "pulls").getBoolean("present")).isFalse();
    assertThat(item(install, "pulls").getInt("bytes")).isBetween(500_000, 5_000_000);
    assertThat(install.getJsonObject("disk").getJsonNumber("freeBytes").longValue()).isPositive();
    assertThat(install.getJsonArray("environment").getValuesAs(JsonString::getString))
        .contains("DB_PASSWORD");
    assertThat(strings(install, "dependencies", "app")).containsExactly(base.name());

    JsonObject keep = api.object("/plan?action=install&app=" + base.name());
    assertThat(strings(keep, "steps", "verb")).containsExactly("keep");
    JsonObject redeploy = api.object("/plan?action=redeploy&app=" + base.name());
    assertThat(strings(redeploy, "steps", "verb"))
        .containsExactly("pull", "stop", "create", "start", "wait", "remove");
    platform.appServer().markInstalled(app);
    platform.awaitState(app, "healthy");
    JsonObject uninstall = api.object("/plan?action=uninstall&app=" + base.name());
    assertThat(strings(uninstall, "steps", "verb")).containsExactly("stop", "remove");
    assertThat(strings(uninstall, "dependants", "app")).containsExactly(app.name());

    assertThat(api.object("/plan?action=install&app=unheard.of").getBoolean("possible")).isFalse();
    assertThat(row(base).getString("state")).isEqualTo("healthy");
  }

  @Test
  void reconciliationIsPlannedRunAndReported() {
    App app = platform.healthyApp("reconciled");
    HttpResponse<String> dry = api.send("POST", "/reconciliation", "{\"dryRun\":true}");
    assertThat(dry.statusCode()).isEqualTo(200);
    assertThat(dry.body()).contains("\"app\":\"%s\"".formatted(app.name()));

    String last = api.object("/reconciliation").toString();
    assertThat(api.send("POST", "/reconciliation", "{\"dryRun\":false}").statusCode())
        .isEqualTo(202);
    await()
        .untilAsserted(() -> {
          JsonObject now = api.object("/reconciliation");
          assertThat(now.toString()).isNotEqualTo(last);
          assertThat(now.getJsonObject("last").getString("cause"))
              .isEqualTo("operator " + Api.OPERATOR + ": reconcile");
        });
  }

  @Test
  void whatHappensIsToldLiveAndWhatWasMissedToo() {
    App app = platform.app("told", "web");
    String lastId;
    try (var all = api.listen("/events", Map.of())) {
      await().until(() -> !all.events("hello").isEmpty());
      platform.appServer().install(app);
      platform.awaitState(app, "healthy");
      await()
          .untilAsserted(() ->
              assertThat(course(all, app))
                  .containsSubsequence("pulling", "creating", "starting", "healthy"));
      assertThat(course(all, app)).doesNotHaveDuplicates();
      lastId =
          all.events("transition").stream()
              .filter(event -> event.json().getString("app").equals(app.name()))
              .filter(event -> event.json().getString("to", "").equals("creating"))
              .findFirst()
              .orElseThrow()
              .id();
    }
    try (var again = api.listen("/events?app=" + app.name(), Map.of("Last-Event-ID", lastId))) {
      await()
          .untilAsserted(
              () -> assertThat(course(again, app)).containsExactly("starting", "healthy"));
      await().until(() -> !again.events("probe").isEmpty());
    }
    try (var late = api.listen("/events", Map.of("Last-Event-ID", "0"))) {
      await().until(() -> !late.events("reset").isEmpty() || !late.events("transition").isEmpty());
    }
    problem(
        api.send("GET", "/events", "", Map.of("Last-Event-ID", "yesterday")), 400, "Last-Event-ID");
  }

  /** As many as a restart of a host with hundreds of apps makes. */
  @Test
  void moreThanAPageOfTheHistoryWithinMomentsStopsNoStream() {
    App app = platform.app("stormy", "web");
    try (var all = api.listen("/events", Map.of())) {
      await().until(() -> !all.events("hello").isEmpty());
      String entries =
          "INSERT INTO orchestrator_history (app_name, actor, cause, message)"
              + " SELECT ?, 'orchestrator', 'event', 'entry ' || n FROM generate_series(?, ?) AS n";
      platform.database().update(entries, app.name(), 1, 1200);
      await().until(() -> heard(all, app) == 1200);
      platform.database().update(entries, app.name(), 1201, 1201);
      await().until(() -> heard(all, app) == 1201);
      assertThat(all.events("reset")).isEmpty();
    }
  }

  private static long heard(Api.Listening listening, App app) {
    return listening.events("transition").stream()
        .filter(event -> event.json().getString("app").equals(app.name()))
        .count();
  }

  private static List<String> course(Api.Listening listening, App app) {
    return listening.events("transition").stream()
        .map(Api.Event::json)
        .filter(entry -> entry.getString("app").equals(app.name()))
        .filter(entry -> !entry.getString("to", "").equals(entry.getString("from", "")))
        .map(entry -> entry.getString("to", ""))
        .toList();
  }

  /** Who comes back hears what was said since, and nothing twice. */
  private void assertContinues(App app, Instant heard, String query, Map<String, String> headers) {
    try (var again = api.listen(path(app, "/logs/stream?lines=50" + query), headers)) {
      await()
          .untilAsserted(() ->
              assertThat(again.events("line").stream().map(line -> line.json().getString("line")))
                  .contains("meanwhile"));
      assertThat(again.events("line"))
          .allSatisfy(line -> assertThat(Instant.parse(line.id())).isAfter(heard));
    }
  }

  @Test
  void aContainersOutputIsReadAndFollowedWithoutSecrets() {
    App app = platform.app("talkative", "web");
    platform.appServer().install(app);
    platform.awaitState(app, "healthy");
    String secret = platform.server().settings().get("APPSERVER_DB_PASSWORD");
    try (var output = api.listen(path(app, "/logs/stream?lines=0"), Map.of())) {
      await()
          .until(() -> {
            platform
                .engine()
                .execute(
                    app.container(),
                    "sh",
                    "-c",
                    "echo 'the password is %s.' >/proc/1/fd/1".formatted(secret));
            return !output.events("line").isEmpty();
          });
      assertThat(output.events("line").getFirst().json().getString("line"))
          .isEqualTo("the password is (hidden).");
      String heard = output.events("line").getLast().id();
      platform.engine().execute(app.container(), "sh", "-c", "echo meanwhile >/proc/1/fd/1");
      assertContinues(app, Instant.parse(heard), "", Map.of("Last-Event-ID", heard));
      assertContinues(app, Instant.parse(heard), "&after=" + heard, Map.of());
      problem(api.get(path(app, "/logs/stream?after=yesterday")), 400, "id of a line");
      platform.appServer().uninstall(app);
      await().until(() -> !output.events("end").isEmpty());
    }
    platform.awaitState(app, "stopped");
    problem(api.get(path(app, "/logs")), 409, "no container");
  }

  @Test
  void aDeadLetterIsReadReplayedAndDiscarded() {
    String mark = "mark-" + System.nanoTime();
    platform.broker().publish("app.installed", "{\"AppName\": \"" + mark + "/../x\"}");
    await().until(() -> letter(mark).isPresent());
    String id = letter(mark).orElseThrow().getString("id");

    JsonObject letter = api.object("/dead-letters/" + id);
    assertThat(letter.getString("body")).contains(mark);
    assertThat(letter.getJsonObject("explanation").getString("code")).isEqualTo("invalid_app_name");
    assertThat(letter.getJsonObject("headers")).containsKey("x-orchestrator-reason");
    assertThat(api.object("/status").getInt("attention")).isGreaterThanOrEqualTo(0);

    assertThat(api.send("POST", "/dead-letters/" + id + "/replay", "").statusCode()).isEqualTo(202);
    // it is as wrong as before: it comes back, and says that it was replayed
    await().until(() -> letter(mark).filter(again -> again.getInt("replays") == 1).isPresent());
    String again = letter(mark).orElseThrow().getString("id");
    assertThat(api.send("DELETE", "/dead-letters/" + again, "").statusCode()).isEqualTo(204);
    assertThat(letter(mark)).isEmpty();
    problem(api.send("POST", "/dead-letters/" + again + "/replay", ""), 404, again);
  }

  private java.util.Optional<JsonObject> letter(String mark) {
    return api.object("/dead-letters?size=500").getJsonArray("items").stream()
        .map(JsonValue::asJsonObject)
        .filter(item -> item.getString("preview").contains(mark))
        .findFirst();
  }

  @Test
  void theDoctorNodesAndExplanationsAnswer() {
    JsonObject doctor = api.object("/doctor");
    assertThat(strings(doctor, "findings", "check"))
        .contains("engine", "network", "registry", "broker", "database", "clock");
    assertThat(objects(doctor, "findings"))
        .filteredOn(finding -> finding.getString("status").equals("failed"))
        .extracting(finding -> finding.getString("check"))
        .isSubsetOf("logins"); // the tests have one login for everything
    JsonObject node = item(api.object("/nodes"), 0);
    assertThat(node.getBoolean("alive")).isTrue();
    assertThat(node.getBoolean("here")).isTrue();
    JsonObject explanation = api.object("/explanations/image_not_found");
    assertThat(explanation.getJsonArray("causes")).isNotEmpty();
    assertThat(explanation.getJsonArray("cures")).isNotEmpty();
    JsonObject status = api.object("/status");
    assertThat(status.getBoolean("watching")).isTrue();
    assertThat(status.getString("version")).isNotEqualTo("unknown");
  }

  @Test
  void aFailureIsExplained() {
    App well = platform.healthyApp("aaa"); // would come first by its name
    App app = platform.appServer().register("missing");
    platform.appServer().install(app);
    platform.awaitState(app, "failed");
    JsonObject view = api.object(path(app, ""));
    assertThat(view.getJsonObject("deployment").getBoolean("attention")).isTrue();
    assertThat(view.getJsonObject("explanation").getString("code")).isEqualTo("image_not_found");
    awaitListed("/deployments?attention=true&size=1000", app);
    assertThat(row(app).getJsonObject("reason").getString("message")).contains(app.name());
    List<String> all = names(api.object("/deployments?size=1000"));
    assertThat(all.indexOf(app.name())).isLessThan(all.indexOf(well.name()));
  }

  /** A list may be some hundred milliseconds old. */
  private void awaitListed(String query, App... apps) {
    await()
        .untilAsserted(() ->
            assertThat(names(api.object(query)))
                .contains(Stream.of(apps).map(App::name).toArray(String[]::new)));
  }

  private JsonObject row(App app) {
    return api.object(path(app, "")).getJsonObject("deployment");
  }

  private static String path(App app, String rest) {
    return "/deployments/" + app.name() + rest;
  }

  private static JsonObject item(JsonObject object, int index) {
    return object.getJsonArray("items").getJsonObject(index);
  }

  private static JsonObject item(JsonObject object, String array) {
    return object.getJsonArray(array).getJsonObject(0);
  }

  private static List<String> names(JsonObject listing) {
    return strings(listing, "items", "app");
  }

  private static JsonObject action(JsonObject view, String name) {
    return view.getJsonArray("actions").stream()
        .map(JsonValue::asJsonObject)
        .filter(action -> action.getString("name").equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void healthAndMetricsNeedNoLogin() {
    Stream.of("/health", "/health/ready", "/metrics")
        .forEach(path ->
            assertThat(Http.get(platform.server().uri(path)).statusCode()).as(path).isEqualTo(200));
  }
}
