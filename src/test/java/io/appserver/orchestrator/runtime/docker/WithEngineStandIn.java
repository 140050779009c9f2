package io.appserver.orchestrator.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.runtime.docker.EngineStandIn.Answer;
import io.appserver.orchestrator.testing.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** An engine that answers as each test says, and calls to it with short deadlines. */
abstract class WithEngineStandIn {

  static final EngineDeadlines SHORT =
      new EngineDeadlines(Duration.ofSeconds(1), Duration.ofMillis(1500), Duration.ofMillis(700));

  static final Duration SOON = Patience.CONDITION;
  static final ContainerId SOME = new ContainerId("0123456789abcdef");

  @TempDir Path folder;

  final ThreadPoolExecutor threads = (ThreadPoolExecutor) Executors.newCachedThreadPool();

  /** The first call of all loads classes, for longer than some deadlines here on a busy machine. */
  @BeforeAll
  static void warmUp() {
    try (var threads = Executors.newCachedThreadPool();
        var engine = EngineStandIn.onTcp(request -> Answer.of(404, "{}"));
        var runtime =
            DockerRuntime.connect(
                TestSettings.of(engine.host(), TestSettings.NO_REGISTRY), threads)) {
      assertThat(runtime.view().inspect(SOME)).isEmpty();
    }
  }

  @AfterEach
  void noThreadIsLeftBehind() {
    await().until(() -> threads.getActiveCount() == 0);
    threads.shutdownNow();
  }

  DockerRuntime connect(String host) {
    return connect(host, SHORT);
  }

  /** For answers that come: the first of a kind takes a while to be read. */
  DockerRuntime connectPatiently(String host) {
    return connect(host, EngineDeadlines.STANDARD);
  }

  DockerRuntime connect(String host, EngineDeadlines deadlines) {
    return DockerRuntime.connect(
        TestSettings.of(host, TestSettings.NO_REGISTRY), threads, deadlines);
  }

  EngineStandIn engine(String kind, Function<String, Answer> answers) {
    return kind.equals("unix")
        ? EngineStandIn.onUnix(folder.resolve("engine.sock"), answers)
        : EngineStandIn.onTcp(answers);
  }

  static Answer pong(String request) {
    return request.endsWith("/_ping") ? Answer.ok("OK") : Answer.NONE;
  }

  static Answer container(String status, String labels) {
    return Answer.ok(
        """
        {"Id":"%s","Name":"/app-todos","State":{"Status":"%s"},"Config":{"Labels":%s}}
        """
            .formatted(SOME, status, labels));
  }

  static Answer info(String request) {
    return request.equals("GET /info")
        ? Answer.ok("{\"SystemTime\":\"2001-09-09T03:46:40.5+02:00\"}")
        : Answer.of(404, "{}");
  }
}
