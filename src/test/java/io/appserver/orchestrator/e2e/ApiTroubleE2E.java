package io.appserver.orchestrator.e2e;

import static io.appserver.orchestrator.e2e.support.Answers.objects;
import static io.appserver.orchestrator.e2e.support.Answers.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.Api;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Engine;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.Services;
import io.appserver.orchestrator.e2e.support.SocketProxy;
import io.appserver.orchestrator.testing.Relay;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What the HTTP API tells while registry, engine or database are slow, away or silent. */
@ResourceLock(EndToEnd.OTHER_SERVER)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiTroubleE2E {

  private SocketProxy engine;
  private Relay engineLine;
  private Relay registryLine;
  private Relay databaseLine;
  private Platform platform;
  private Api api;

  @BeforeAll
  void start() throws IOException {
    Services services = Services.fromEnvironment();
    engine = SocketProxy.start(services.engineSocket());
    engineLine = new Relay("127.0.0.1", engine.port());
    engineLine.open();
    URI registry = services.registry();
    registryLine =
        new Relay(InetAddress.getLoopbackAddress(), registry.getHost(), registry.getPort());
    registryLine.open();
    URI database = URI.create(services.databaseUrl().substring("jdbc:".length()));
    databaseLine = new Relay(database.getHost(), database.getPort());
    databaseLine.open();
    platform =
        Platform.start(
            "api_trouble",
            Map.of(
                "APPSERVER_DOCKER_HOST",
                "tcp://" + engineLine.address(),
                "APPSERVER_DOCKER_REGISTRY_URL",
                registryLine.address(),
                "APPSERVER_ORCHESTRATOR_DB_HOST",
                "127.0.0.1",
                "APPSERVER_ORCHESTRATOR_DB_PORT",
                Integer.toString(databaseLine.port())));
    api = platform.api();
  }

  @AfterAll
  void end() throws IOException {
    if (platform != null) {
      platform.close();
    }
    if (registryLine != null) {
      try (var line = registryLine;
          var here = new Engine(Services.fromEnvironment())) {
        here.removeImages(line.address());
      }
    }
    for (Relay line : Arrays.asList(engineLine, databaseLine)) {
      if (line != null) {
        line.close();
      }
    }
    if (engine != null) {
      engine.close();
    }
  }

  @Test
  void aSlowPullIsToldAsItGoesOn() {
    App app = platform.app("pulled", "big", "SEED=" + System.nanoTime());
    try (var all = api.listen("/events", Map.of());
        var other = api.listen("/events?app=another", Map.of())) {
      await().until(() -> !all.events("hello").isEmpty());
      await().until(() -> !other.events("hello").isEmpty());
      registryLine.slowDown(8 << 20);
      platform.appServer().install(app);
      await().until(() -> new TreeSet<>(currentBytes(all, app)).size() >= 3);
      JsonObject row = api.object("/deployments/" + app.name()).getJsonObject("deployment");
      assertThat(row.getString("state")).isEqualTo("pulling");
      assertPull(row.getJsonObject("pull"));
      JsonObject listed = objects(api.object("/deployments?q=" + app.name()), "items").getFirst();
      assertPull(listed.getJsonObject("pull"));
      assertThat(currentBytes(all, app)).as("never backwards").isSorted();
      assertThat(other.events("progress")).as("of an app that was not asked for").isEmpty();
    } finally {
      registryLine.letGo();
    }
    platform.awaitState(app, "healthy");
    assertThat(api.object("/deployments/" + app.name()).getJsonObject("deployment"))
        .doesNotContainKey("pull");
  }

  private static List<Long> currentBytes(Api.Listening events, App app) {
    return events.events("progress").stream()
        .map(Api.Event::json)
        .filter(progress -> progress.getString("app").equals(app.name()))
        .map(progress -> progress.getJsonObject("pull").getJsonNumber("currentBytes").longValue())
        .toList();
  }

  private static void assertPull(JsonObject pull) {
    long current = pull.getJsonNumber("currentBytes").longValue();
    assertThat(current).isPositive();
    assertThat(pull.getJsonNumber("totalBytes").longValue()).isGreaterThan(current);
    assertThat(pull.getString("startedAt")).isNotEmpty();
    assertThat(objects(pull, "layers"))
        .isNotEmpty()
        .allSatisfy(layer -> assertThat(layer.getString("id")).isNotEmpty());
  }

  @Test
  void aRegistryThatIsAwayIsWaitedForAndNamed() {
    App app = platform.app("todos", "web");
    registryLine.shut();
    try {
      platform.appServer().install(app);
      platform.await(
          app,
          "waits for the registry",
          () ->
              assertThat(platform.database().deployment(app))
                  .hasValueSatisfying(row -> {
                    assertThat(row.state()).isEqualTo("pending");
                    assertThat(row.reasonCode()).isEqualTo("registry_unreachable");
                    assertThat(row.nextLookAt()).isNotNull();
                  }));
      platform.await(
          app,
          "names the registry between two tries",
          () -> {
            JsonObject row = api.object("/deployments/" + app.name()).getJsonObject("deployment");
            assertThat(row).containsKey("reason");
            assertThat(row.getJsonObject("reason").getString("code"))
                .isEqualTo("registry_unreachable");
          });
      assertThat(platform.database().intakes(app).getFirst().outcome()).isEqualTo("open");
      assertThat(platform.engine().exists(app.container())).isFalse();
    } finally {
      registryLine.open();
    }
    platform.awaitState(app, "healthy");
    platform.awaitEventsSettled(app, 1);
    assertThat(platform.database().intakes(app).getFirst().outcome()).isEqualTo("done");
  }

  @Test
  void anEngineThatIsAwayIsAProblemWithItsCode() {
    App app = platform.healthyApp("out-of-reach");
    String logs = "/deployments/" + app.name() + "/logs";
    assertThat(api.get(logs).statusCode()).isEqualTo(200);
    engineLine.shut();
    try {
      JsonObject problem = problem(api.get(logs), 503, "", "runtime_unavailable");
      assertThat(problem.getString("detail")).isNotBlank();
      String explanation = problem.getString("type").replaceFirst("^/api/v1", "");
      assertThat(api.object(explanation).getString("code")).isEqualTo("runtime_unavailable");
      problem(api.get("/plan?action=redeploy&app=" + app.name()), 503, "", "runtime_unavailable");
      assertThat(objects(api.object("/doctor"), "findings"))
          .filteredOn(finding -> finding.getString("check").equals("engine"))
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.getString("status")).isEqualTo("failed");
            assertThat(finding.getString("cure")).isNotBlank();
          });
    } finally {
      engineLine.open();
    }
    await().until(() -> api.get(logs).statusCode() == 200);
    platform.awaitState(app, "healthy");
  }

  /** Each asks in a thread of its own: some wait as long as the engine or the database may take. */
  private List<HttpResponse<String>> together(Stream<Api.Call> calls) {
    List<CompletableFuture<HttpResponse<String>>> answers =
        calls
            .map(call ->
                CompletableFuture.supplyAsync(
                    () -> api.send(call.verb(), call.path(), "{}"),
                    task -> Thread.ofVirtual().start(task)))
            .toList();
    return answers.stream().map(CompletableFuture::join).toList();
  }

  @Test
  void anEngineThatIsSilentIsAProblemOfWhatNeedsIt() {
    App app = platform.healthyApp("unheard");
    String path = "/deployments/" + app.name();
    engineLine.hold();
    try {
      assertThat(
              together(
                  Stream.of("/logs", "/logs/stream").map(of -> new Api.Call("GET", path + of))))
          .allSatisfy(answer -> problem(answer, 503, "", "runtime_unavailable"));
      assertThat(api.object(path).getJsonObject("deployment").getString("state"))
          .isEqualTo("healthy");
      try (var events = api.listen("/events", Map.of())) {
        await().until(() -> !events.events("hello").isEmpty());
      }
      assertThat(api.send("POST", path + "/hold", "{}").statusCode()).isEqualTo(202);
    } finally {
      engineLine.letGo();
    }
    platform.await(
        app,
        "is held as it was asked",
        () -> assertThat(api.object(path).getJsonObject("deployment")).containsKey("held"));
  }

  @Test
  void aDatabaseThatIsSilentIsAProblemOfEveryRequestAndOfNoApp() {
    App app = platform.healthyApp("unwritten");
    String path = "/deployments/" + app.name();
    String container = platform.database().deployment(app).orElseThrow().containerId();
    databaseLine.hold();
    try {
      assertThat(
              together(
                  Stream.of(
                      new Api.Call("GET", "/deployments"),
                      new Api.Call("GET", path),
                      new Api.Call("GET", path + "/timeline"),
                      new Api.Call("GET", "/events"),
                      new Api.Call("POST", path + "/restart"),
                      new Api.Call("POST", path + "/hold"))))
          .allSatisfy(answer -> {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/problem+json");
          });
      assertThat(platform.server().get("/health/live").statusCode()).isEqualTo(200);
      assertThat(platform.server().get("/metrics").statusCode()).isEqualTo(200);
    } finally {
      databaseLine.letGo();
    }
    await().until(() -> api.get(path).statusCode() == 200);
    assertThat(platform.database().deployment(app).orElseThrow())
        .satisfies(row -> {
          assertThat(row.state()).isEqualTo("healthy");
          assertThat(row.containerId()).isEqualTo(container);
        });
  }
}
