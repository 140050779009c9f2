package io.appserver.orchestrator.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.CreateResult;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.SendGuard;
import io.appserver.orchestrator.runtime.docker.EngineStandIn.Answer;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of calls when the engine does not do its part. */
class EngineCallsTest extends WithEngineStandIn {

  private static final ImageReference IMAGE =
      new ImageReference("registry.invalid", "todos", "latest");

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void givesUpAQuestionThatIsNotAnsweredAndClosesItsConnection(String kind) {
    try (var engine = engine(kind, request -> Answer.NONE);
        var runtime = connect(engine.host())) {
      long begin = System.nanoTime();

      assertThatExceptionOfType(UnreachableException.class)
          .isThrownBy(() -> runtime.view().inspect(SOME))
          .satisfies(e -> assertThat(e.code()).isEqualTo(FailureCode.RUNTIME_UNAVAILABLE))
          .satisfies(e -> assertThat(e.isSilent()).isTrue())
          .withMessageContaining("Cannot connect to Docker daemon at " + engine.host())
          .withMessageContaining("no answer within 1.0 s");

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
      await().until(() -> engine.open() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void asksForNoChangeAnEngineThatHangs(String kind) {
    try (var engine = engine(kind, request -> Answer.NONE);
        var runtime = connect(engine.host())) {
      assertThatExceptionOfType(UnreachableException.class)
          .isThrownBy(() -> runtime.control().start(SOME));

      assertThat(engine.requests()).isNotEmpty().allMatch("GET /_ping"::equals);
      await().until(() -> engine.open() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void tellsThatAChangeWasNotAnswered(String kind) {
    try (var engine = engine(kind, EngineCallsTest::pong);
        var runtime = connect(engine.host())) {
      assertThatExceptionOfType(UnansweredCallException.class)
          .isThrownBy(() -> runtime.control().kill(SOME))
          .withMessageContaining("kill container 0123456789ab")
          .withMessageContaining("may still take effect");

      assertThat(engine.requests()).filteredOn(request -> request.startsWith("POST")).hasSize(1);
      await().until(() -> engine.open() == 0);
    }
  }

  @Test
  void aStartMayTakeAsLongAsTheOperatorAllows() throws InterruptedException {
    var patience = new CountDownLatch(1);
    Function<String, Answer> slow =
        request -> {
          if (request.endsWith("/start")) {
            awaitQuietly(patience);
            return Answer.of(204, "");
          }
          return pong(request);
        };
    try (var engine = EngineStandIn.onTcp(slow);
        var runtime = connect(engine.host())) {
      var start = CompletableFuture.runAsync(() -> runtime.control().start(SOME));
      await().until(() -> starts(engine) == 1);

      assertThat(start)
          .as("longer than any other call may take")
          .failsWithin(SHORT.changing().plus(SHORT.reading()))
          .withThrowableOfType(TimeoutException.class);
      patience.countDown();
      assertThat(start).succeedsWithin(SOON);
      assertThat(starts(engine)).isEqualTo(1);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long starts(EngineStandIn engine) {
    return engine.requests().stream().filter(request -> request.endsWith("/start")).count();
  }

  private static Answer gaveUp(String request) {
    return request.endsWith("/_ping") ? Answer.ok("OK") : Answer.of(504, "");
  }

  /** A proxy cuts a quiet connection while the engine is at it. */
  @Test
  void aStartWithoutAnAnswerIsLookedUpUntilItHasTakenEffect() {
    var looks = new AtomicInteger();
    Function<String, Answer> cut =
        request ->
            request.endsWith("/json")
                ? container(looks.incrementAndGet() < 3 ? "created" : "running", "{}")
                : gaveUp(request);
    try (var engine = EngineStandIn.onTcp(cut);
        var runtime = connectPatiently(engine.host())) {
      runtime.control().start(SOME);

      assertThat(looks).hasValue(3);
      assertThat(starts(engine)).isEqualTo(1);
    }
  }

  @Test
  void aRemovalWithoutAnAnswerIsDoneOnceTheContainerIsGone() {
    Function<String, Answer> cut =
        request -> request.endsWith("/json") ? Answer.of(404, "{}") : gaveUp(request);
    try (var engine = EngineStandIn.onTcp(cut);
        var runtime = connectPatiently(engine.host())) {
      runtime.control().remove(SOME);

      assertThat(engine.requests()).filteredOn(request -> request.startsWith("DELETE")).hasSize(1);
    }
  }

  private static ContainerSpec spec() {
    var app = new AppName("todos");
    return new ContainerSpec(
        ContainerName.of("app-", app),
        "sha256:0",
        new ContainerLabels("installation", "node", new AppId(new UUID(1, 2)), app, 1, "v1-abc", 7),
        Map.of(),
        "net",
        3000,
        Optional.empty(),
        64,
        512,
        100,
        List.of(),
        Optional.empty());
  }

  private static String json(Map<String, String> labels) {
    return labels.entrySet().stream()
        .map(label -> "\"%s\":\"%s\"".formatted(label.getKey(), label.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static Function<String, Answer> createsWithoutAnAnswer(Map<String, String> labels) {
    return request -> {
      if (request.startsWith("GET /networks")) {
        return Answer.ok("[{\"Id\":\"1\",\"Name\":\"net\",\"Created\":\"2001-09-09T03:46:40Z\"}]");
      }
      if (request.startsWith("GET /images")) {
        return Answer.of(404, "{}");
      }
      return request.endsWith("/json") ? container("created", json(labels)) : gaveUp(request);
    };
  }

  @Test
  void aCreateWithoutAnAnswerIsDoneIfTheContainerBearsItsVeryLabels() {
    var labels = spec().labels().asMap();
    try (var engine = EngineStandIn.onTcp(createsWithoutAnAnswer(labels));
        var runtime = connectPatiently(engine.host())) {
      assertThat(runtime.control().create(spec())).isEqualTo(new CreateResult.Created(SOME));
    }
    var others = new TreeMap<>(labels);
    others.put(ContainerLabels.FENCE, "6");
    try (var engine = EngineStandIn.onTcp(createsWithoutAnAnswer(others));
        var runtime = connect(engine.host())) {
      assertThatExceptionOfType(UnansweredCallException.class)
          .isThrownBy(() -> runtime.control().create(spec()));
    }
  }

  @Test
  void sendsNoChangeOnceTheCallerMayNotAnyMore() {
    try (var engine = EngineStandIn.onTcp(EngineCallsTest::pong);
        var runtime = connectPatiently(engine.host())) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() ->
              SendGuard.under(
                  () -> {
                    throw new IllegalStateException("the lease is lost");
                  },
                  () -> {
                    runtime.control().start(SOME);
                    return true;
                  }));
      assertThat(engine.requests()).containsExactly("GET /_ping");
    }
  }

  /** It may be made again at once, and condemns nothing. */
  @Test
  void aCallThatNeverBeganForWantOfAThreadIsNotUnanswered() {
    try (var one = Executors.newSingleThreadExecutor();
        var engine = EngineStandIn.onTcp(EngineCallsTest::pong)) {
      var busy = new CountDownLatch(1);
      try (var calls =
          new EngineCalls(
              new DockerConnection(
                  TestSettings.of(engine.host(), TestSettings.NO_REGISTRY).engine()),
              one,
              SHORT)) {
        assertThatExceptionOfType(UnreachableException.class)
            .isThrownBy(() ->
                SendGuard.under(
                    () -> one.execute(() -> awaitQuietly(busy)), // after the ping
                    () -> calls.change("change", SHORT.reading(), client -> "never")))
            .withMessageContaining("no thread was free");
      } finally {
        busy.countDown();
      }
      assertThat(engine.requests()).containsOnly("GET /_ping");
    }
  }

  @Test
  void takesAConnectionThatBreaksAfterAChangeWasSentForUnanswered() {
    Function<String, Answer> breaks =
        request -> request.endsWith("/_ping") ? Answer.ok("OK") : Answer.NONE.thenClosed();
    try (var engine = EngineStandIn.onTcp(breaks);
        var runtime = connectPatiently(engine.host())) {
      assertThatExceptionOfType(UnansweredCallException.class)
          .isThrownBy(() -> runtime.control().remove(SOME));
    }
  }

  @Test
  void takesAProxyThatGaveUpForUnanswered() {
    Function<String, Answer> late =
        request ->
            request.endsWith("/_ping")
                ? Answer.ok("OK")
                : Answer.of(504, "<html><h1>504 Gateway Time-out</h1></html>");
    try (var engine = EngineStandIn.onTcp(late);
        var runtime = connectPatiently(engine.host())) {
      assertThatExceptionOfType(UnansweredCallException.class)
          .isThrownBy(() -> runtime.control().kill(SOME))
          .withMessageContaining("504 Gateway Time-out")
          .withMessageNotContaining("<h1>");
    }
  }

  @Test
  void tellsThatTheSocketIsAbsent() {
    String host = "unix://" + folder.resolve("absent.sock");
    try (var runtime = connect(host)) {
      assertThatExceptionOfType(UnreachableException.class)
          .isThrownBy(() -> runtime.control().start(SOME))
          .withMessageContaining("Cannot connect to Docker daemon at " + host)
          .withMessageContaining("No such file or directory");
      assertThatExceptionOfType(UnreachableException.class)
          .isThrownBy(() -> runtime.view().engine())
          .satisfies(e -> assertThat(e.isSilent()).isFalse());
    }
  }

  @Test
  void tellsThatNobodyListens() throws IOException {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    try (var runtime = connect("tcp://127.0.0.1:" + port)) {
      assertThatExceptionOfType(UnreachableException.class)
          .isThrownBy(() -> runtime.control().pull(IMAGE, new Cancellation()))
          .withMessageContaining("Connection refused")
          .satisfies(e -> assertThat(e.code()).isEqualTo(FailureCode.RUNTIME_UNAVAILABLE));
    }
  }

  @Test
  void asksAgainOnANewConnectionWhenTheEngineClosedTheOld() {
    Function<String, Answer> brief = request -> Answer.of(404, "{}").thenClosed();
    try (var engine = EngineStandIn.onTcp(brief);
        var runtime = connectPatiently(engine.host())) {
      for (int i = 0; i < 20; i++) {
        assertThat(runtime.view().inspect(SOME)).isEmpty();
      }
    }
  }

  @Test
  void keepsAConnectionForTheNextQuestionUntilTheEnd() {
    try (var engine = EngineStandIn.onTcp(request -> Answer.of(404, "{}"))) {
      try (var runtime = connectPatiently(engine.host())) {
        for (int i = 0; i < 20; i++) {
          assertThat(runtime.view().inspect(SOME)).isEmpty();
        }
        assertThat(engine.connections()).isEqualTo(1);
      }
      await().until(() -> engine.open() == 0);
    }
  }

  @Test
  void speaksWithoutAVersionSoThatEnginesWhichRefuseOldOnesServeIt() {
    Function<String, Answer> newest =
        request -> {
          String path = request.substring(request.indexOf(' ') + 1);
          if (path.matches("/v1\\.([0-9]|[1-3][0-9]|4[0-3])/.*")) {
            return Answer.of(400, "{\"message\":\"client version is too old\"}");
          }
          return switch (path) {
            case "/_ping" -> Answer.ok("OK");
            case "/info" ->
                Answer.ok("{\"ID\":\"id\",\"Name\":\"host\",\"ServerVersion\":\"29.0.1\"}");
            case "/version" -> Answer.ok("{\"ApiVersion\":\"1.52\"}");
            default -> Answer.of(304, "");
          };
        };
    try (var engine = EngineStandIn.onTcp(newest);
        var runtime = connectPatiently(engine.host())) {
      assertThat(runtime.view().engine().version()).isEqualTo("29.0.1");
      runtime.control().start(SOME);
      assertThat(engine.requests()).noneMatch(request -> request.contains("/v1."));
    }
  }

  @Test
  void givesUpAWaitAtItsDeadlineAndWhenTheEngineHangs() {
    try (var engine = EngineStandIn.onTcp(EngineCallsTest::pong);
        var runtime = connect(engine.host())) {
      assertThatExceptionOfType(UnreachableException.class)
          .isThrownBy(() -> runtime.view().awaitExit(SOME, Duration.ofMinutes(1)));
      assertThatExceptionOfType(UnreachableException.class)
          .isThrownBy(() -> runtime.view().logs(SOME, 5));
      await().until(() -> engine.open() == 0);
    }
  }

  @Test
  void givesUpAPullOfWhichNothingIsHeard() {
    try (var engine = EngineStandIn.onTcp(EngineCallsTest::pong);
        var runtime = connect(engine.host())) {
      assertThatExceptionOfType(DeploymentException.class)
          .isThrownBy(() -> runtime.control().pull(IMAGE, new Cancellation()))
          .withMessageContaining("timeout pulling image registry.invalid/todos:latest")
          .satisfies(e -> assertThat(e.code()).isEqualTo(FailureCode.REGISTRY_UNREACHABLE));
      await().until(() -> engine.open() == 0);
    }
  }

  @Test
  void sharesAPullUntilTheLastOneCancels() {
    try (var engine = EngineStandIn.onTcp(EngineCallsTest::pong);
        var runtime = connectPatiently(engine.host())) {
      var first = new Cancellation();
      var second = new Cancellation();
      var one = CompletableFuture.runAsync(() -> runtime.control().pull(IMAGE, first));
      await().until(() -> pulls(engine) == 1);
      var waiting = new AtomicReference<Thread>();
      var two =
          CompletableFuture.runAsync(() -> {
            waiting.set(Thread.currentThread());
            runtime.control().pull(IMAGE, second);
          });
      await("the second waits for the same pull")
          .until(() ->
              waiting.get() != null && waiting.get().getState() == Thread.State.TIMED_WAITING);

      first.request();
      assertThat(one)
          .failsWithin(SOON)
          .withThrowableThat()
          .withCauseInstanceOf(CancelledException.class);
      assertThat(engine.open()).isEqualTo(1);
      assertThat(two).isNotDone();
      second.request();

      assertThat(two)
          .failsWithin(SOON)
          .withThrowableThat()
          .withCauseInstanceOf(CancelledException.class);
      assertThat(pulls(engine)).isEqualTo(1);
      await().until(() -> engine.open() == 0);
    }
  }

  private static long pulls(EngineStandIn engine) {
    return engine.requests().stream().filter(r -> r.startsWith("POST /images/create")).count();
  }

  @Test
  void doesNotPullWhatIsCancelledAlready() {
    try (var engine = EngineStandIn.onTcp(EngineCallsTest::pong);
        var runtime = connect(engine.host())) {
      var cancelled = new Cancellation();
      cancelled.request();

      assertThatExceptionOfType(CancelledException.class)
          .isThrownBy(() -> runtime.control().pull(IMAGE, cancelled));
      assertThat(engine.requests()).isEmpty();
    }
  }

  @Test
  void endsAWaitThatIsInterruptedAndRestoresTheFlag() {
    try (var engine = EngineStandIn.onTcp(EngineCallsTest::pong);
        var runtime = connect(engine.host())) {
      var restored = new AtomicBoolean();
      var waiter =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  runtime.control().pull(IMAGE, new Cancellation());
                } catch (CancelledException e) {
                  restored.set(Thread.currentThread().isInterrupted());
                }
              });
      await().until(() -> pulls(engine) == 1);

      waiter.interrupt();

      await().until(() -> !waiter.isAlive());
      assertThat(restored).isTrue();
      await().until(() -> engine.open() == 0);
    }
  }

  @Test
  void tellsOfAProxyThatDoesNotAllowACall() {
    Function<String, Answer> strict =
        request ->
            request.endsWith("/_ping")
                ? Answer.ok("OK")
                : Answer.of(403, "<html><body><h1>403 Forbidden</h1></body></html>");
    try (var engine = EngineStandIn.onTcp(strict);
        var runtime = connectPatiently(engine.host())) {
      assertThatExceptionOfType(DeploymentException.class)
          .isThrownBy(() -> runtime.view().inspect(new ContainerName("app-todos")))
          .withMessageContaining("docs/docker-endpoints.md")
          .satisfies(
              e -> assertThat(e.failure().details()).containsEntry("engine", "403 Forbidden"));
    }
  }

  @Test
  void waitsUntilAContainerThatIsBeingRemovedIsGone() {
    var inspected = new AtomicInteger();
    Function<String, Answer> removing =
        request -> {
          if (request.endsWith("/_ping")) {
            return Answer.ok("OK");
          }
          if (request.startsWith("DELETE")) {
            return Answer.of(409, "{\"message\":\"removal of container is already in progress\"}");
          }
          return inspected.incrementAndGet() < 3
              ? Answer.ok("{\"Id\":\"0123\",\"Name\":\"/x\",\"State\":{\"Status\":\"removing\"}}")
              : Answer.of(404, "{}");
        };
    try (var engine = EngineStandIn.onTcp(removing);
        var runtime = connectPatiently(engine.host())) {
      runtime.control().remove(SOME);

      assertThat(inspected.get()).isEqualTo(3);
    }
  }
}
