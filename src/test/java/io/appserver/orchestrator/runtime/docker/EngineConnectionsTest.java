package io.appserver.orchestrator.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.engine.SignOfLife;
import io.appserver.orchestrator.convergence.work.Lanes;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.LogStart;
import io.appserver.orchestrator.runtime.docker.DockerConnection.Use;
import io.appserver.orchestrator.runtime.docker.EngineStandIn.Answer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each use of the engine has connections of its own: none takes those of another. */
class EngineConnectionsTest extends WithEngineStandIn {

  private static Answer slowPulls(String request) {
    if (request.startsWith("POST /images/create")) {
      return Answer.begun("");
    }
    if (request.contains("/logs")) {
      return Answer.begun("");
    }
    return request.endsWith("/_ping") ? Answer.ok("OK") : info(request);
  }

  @Test
  void pullsTakeNoConnectionFromCalls() {
    try (var engine = EngineStandIn.onTcp(EngineConnectionsTest::slowPulls);
        var runtime = connectPatiently(engine.host());
        var pullers = Executors.newVirtualThreadPerTaskExecutor()) {
      var enough = new Cancellation();
      var pulls =
          IntStream.range(0, Use.PULLS.places())
              .mapToObj(i -> new ImageReference("registry.test", "app" + i, "latest"))
              .map(image -> pullers.submit(() -> runtime.control().pull(image, enough)))
              .toList();
      await().until(() -> engine.open() >= Use.PULLS.places());

      assertThat(runtime.view().inspect(SOME)).isEmpty();

      enough.request();
      assertThat(pulls).allSatisfy(pull -> await().until(pull::isDone));
    }
  }

  @Test
  void saysThatNoMoreLogsCanBeFollowed() {
    try (var engine = EngineStandIn.onTcp(EngineConnectionsTest::slowPulls);
        var runtime = connectPatiently(engine.host());
        var readers = Executors.newVirtualThreadPerTaskExecutor()) {
      var enough = new Cancellation();
      var start = LogStart.last(10);
      for (int i = 0; i < Use.LOGS.places(); i++) {
        readers.execute(() -> runtime.view().followLogs(SOME, start, line -> {}, enough));
      }
      await().until(() -> engine.open() == Use.LOGS.places());

      assertThatExceptionOfType(DeploymentException.class)
          .isThrownBy(() -> runtime.view().followLogs(SOME, start, line -> {}, enough))
          .withMessageContaining("64 connections to it for following logs");
      assertThat(runtime.view().inspect(SOME)).isEmpty();

      enough.request();
    }
  }

  private static Answer hangingTests(String request) {
    if (request.startsWith("POST /exec/")) {
      return Answer.begun("");
    }
    if (request.endsWith("/exec")) {
      return Answer.of(201, "{\"Id\":\"abc\"}");
    }
    if (request.endsWith("/wait")) {
      return Answer.begun("");
    }
    if (request.endsWith("/start")) {
      return Answer.of(204, "");
    }
    return request.endsWith("/_ping") ? Answer.ok("OK") : container("running", "{}");
  }

  /** Of apps that hang: tests of their health, and their ends that do not come. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitsForAppsTakeNoConnectionFromCalls(boolean forTheirEnd) {
    var endless = Duration.ofMinutes(5);
    try (var engine = EngineStandIn.onTcp(EngineConnectionsTest::hangingTests);
        var runtime = connectPatiently(engine.host());
        var apps = Executors.newVirtualThreadPerTaskExecutor()) {
      Runnable wait =
          forTheirEnd
              ? () -> runtime.view().awaitExit(SOME, endless)
              : () -> runtime.view().execute(SOME, List.of("CMD", "hang"), endless);
      var waits = IntStream.range(0, Use.CALLS.places()).mapToObj(i -> apps.submit(wait)).toList();
      String begun = forTheirEnd ? "/wait" : "POST /exec/";
      await().until(() -> requests(engine, begun) == waits.size());

      assertThat(CompletableFuture.runAsync(() -> runtime.view().ping())).succeedsWithin(SOON);
      assertThat(CompletableFuture.supplyAsync(() -> runtime.view().inspect(SOME)))
          .succeedsWithin(SOON);
      assertThat(CompletableFuture.runAsync(() -> runtime.control().start(SOME)))
          .succeedsWithin(SOON);
      assertThat(SignOfLife.of(runtime.view(), System::nanoTime)).isEqualTo(SignOfLife.ANSWERS);
      waits.forEach(each -> each.cancel(true));
    }
  }

  @Test
  void thereIsAConnectionForEachChangeThatMayBeUnderWay() {
    int most = 64; // of APPSERVER_DOCKER_MAX_CONCURRENT_DEPLOYMENTS

    assertThat(Use.CHANGES.places()).isEqualTo(3 * (most + Lanes.PATIENCE.mostSlow()));
  }

  @Test
  void changesThatHangTakeNoConnectionFromQuestions() {
    try (var engine = EngineStandIn.onTcp(EngineConnectionsTest::hangingTests);
        var calls = calls(engine)) {
      var view = view(calls, TestSettings.of(engine.host(), TestSettings.NO_REGISTRY));
      var changing = all(Use.CHANGES, calls);

      assertThatExceptionOfType(UnreachableException.class)
          .isThrownBy(() -> calls.change("change", SHORT.reading(), client -> "never"))
          .satisfies(e -> assertThat(e.code()).isEqualTo(FailureCode.ENGINE_BUSY));
      assertThat(view.inspect(SOME)).isPresent();

      changing.forEach(DockerConnection.Link::close);
    }
  }

  private static long requests(EngineStandIn engine, String part) {
    return engine.requests().stream().filter(request -> request.contains(part)).count();
  }

  private static List<DockerConnection.Link> all(Use use, EngineCalls calls) {
    return IntStream.range(0, use.places())
        .mapToObj(i -> calls.open(use, "take a place", Duration.ZERO))
        .toList();
  }

  /** A test that never began is no word about the app: it waited its turn, as long as it may. */
  @Test
  void aTestWaitsItsTurnAndIsNotFailedIfItNeverBegan() {
    try (var engine = EngineStandIn.onTcp(EngineConnectionsTest::hangingTests);
        var calls = calls(engine)) {
      var view = view(calls, TestSettings.of(engine.host(), TestSettings.NO_REGISTRY));
      var taken = all(Use.TESTS, calls);

      assertThatExceptionOfType(UnreachableException.class)
          .isThrownBy(() -> view.execute(SOME, List.of("CMD", "hang"), Duration.ofMillis(200)))
          .satisfies(e -> assertThat(e.code()).isEqualTo(FailureCode.ENGINE_BUSY))
          .withMessageContaining("connections to it for health tests are busy");
      assertThat(requests(engine, "exec")).as("tests begun").isZero();

      var limit = Duration.ofSeconds(3);
      var waiting =
          CompletableFuture.supplyAsync(() -> view.execute(SOME, List.of("CMD", "hang"), limit));
      assertThat(waiting)
          .failsWithin(Duration.ofMillis(500))
          .withThrowableOfType(TimeoutException.class);
      taken.forEach(DockerConnection.Link::close);
      assertThat(waiting).succeedsWithin(SOON).as("took too long").isEqualTo(124);
    }
  }

  @Test
  void anEngineThatCouldNotBeAskedForWantOfAPlaceIsInNoTrouble() {
    try (var engine = EngineStandIn.onTcp(EngineConnectionsTest::hangingTests);
        var calls = calls(engine)) {
      var view = view(calls, TestSettings.of(engine.host(), TestSettings.NO_REGISTRY));
      var calling = all(Use.CALLS, calls);
      assertThatExceptionOfType(UnreachableException.class)
          .isThrownBy(() -> view.inspect(SOME))
          .satisfies(e -> assertThat(e.code()).isEqualTo(FailureCode.ENGINE_BUSY));
      assertThat(SignOfLife.of(view, System::nanoTime)).isEqualTo(SignOfLife.ANSWERS);
      var pinging = all(Use.PINGS, calls);

      assertThat(SignOfLife.of(view, System::nanoTime)).isEqualTo(SignOfLife.NOT_ASKED);
      calling.forEach(DockerConnection.Link::close);
      pinging.forEach(DockerConnection.Link::close);
    }
  }

  private EngineCalls calls(EngineStandIn engine) {
    var settings = TestSettings.of(engine.host(), TestSettings.NO_REGISTRY);
    return new EngineCalls(new DockerConnection(settings.engine()), threads, SHORT);
  }

  private static DockerRuntimeView view(EngineCalls calls, Settings settings) {
    return new DockerRuntimeView(
        calls, new PullCoordinator(calls, settings, InstantSource.system()));
  }
}
