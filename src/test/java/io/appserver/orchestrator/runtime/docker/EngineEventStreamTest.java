package io.appserver.orchestrator.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.runtime.EngineEvents;
import io.appserver.orchestrator.runtime.Follower;
import io.appserver.orchestrator.runtime.docker.DockerConnection.Use;
import io.appserver.orchestrator.runtime.docker.EngineStandIn.Answer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's events, and how following them ends. */
class EngineEventStreamTest extends WithEngineStandIn {

  private static Answer silentStream(String request) {
    return request.startsWith("GET /events") ? Answer.begun("") : info(request);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void endsEventsThatAreCancelledThoughNothingHappens(String kind) {
    try (var engine = engine(kind, EngineEventStreamTest::silentStream);
        var runtime = connectPatiently(engine.host())) {
      var follower = new Follower(runtime.view());

      follower.close();

      assertThat(follower.end()).succeedsWithin(SOON);
      await().until(() -> engine.open() == 0);
    }
  }

  @Test
  void endsEventsThatAreCancelledThoughTheEngineHangs() {
    var endless = Duration.ofMinutes(5);
    try (var engine = EngineStandIn.onTcp(request -> Answer.NONE);
        var runtime = connect(engine.host(), new EngineDeadlines(endless, endless, endless))) {
      var cancellation = new Cancellation();
      var end =
          CompletableFuture.runAsync(() -> runtime.view().follow(new Unheard(), cancellation));
      await().until(() -> engine.open() == 1);

      cancellation.request();

      assertThat(end).succeedsWithin(SOON);
      await().until(() -> engine.open() == 0);
    }
  }

  /** Nothing is to be heard. */
  private static final class Unheard implements EngineEvents {
    @Override
    public void subscribed() {
      throw new AssertionError("the engine accepted nothing");
    }

    @Override
    public void happened(EngineEvent event) {
      throw new AssertionError("nothing happened");
    }
  }

  @Test
  void asksForEventsFromTheEnginesOwnTimeOnAndForNoneOfTests() {
    try (var engine = EngineStandIn.onTcp(EngineEventStreamTest::silentStream);
        var runtime = connectPatiently(engine.host());
        var follower = new Follower(runtime.view())) {
      assertThat(follower.end()).isNotDone();
      assertThat(engine.requests())
          .filteredOn(request -> request.startsWith("GET /events"))
          .singleElement()
          .asString()
          .contains("since=1000000000.500000000")
          .contains("health_status")
          .doesNotContain("exec");
    }
  }

  @Test
  void tellsThatTheEngineEndedTheEvents() {
    Function<String, Answer> brief =
        request ->
            request.startsWith("GET /events") ? Answer.begun("").thenClosed() : info(request);
    try (var engine = EngineStandIn.onTcp(brief);
        var runtime = connectPatiently(engine.host())) {
      assertThatExceptionOfType(DeploymentException.class)
          .isThrownBy(() -> runtime.view().follow(new Follower.Deaf(), new Cancellation()))
          .satisfies(e -> assertThat(e.code()).isEqualTo(FailureCode.RUNTIME_UNAVAILABLE))
          .withMessageContaining("it ended the events");
      await().until(() -> engine.open() == 0);
    }
  }

  @Test
  void tellsThatAProxyDoesNotAllowTheEvents() {
    Function<String, Answer> strict =
        request -> request.startsWith("GET /events") ? Answer.of(403, "Forbidden") : info(request);
    try (var engine = EngineStandIn.onTcp(strict);
        var runtime = connectPatiently(engine.host())) {
      assertThatExceptionOfType(DeploymentException.class)
          .isThrownBy(() -> runtime.view().follow(new Unheard(), new Cancellation()))
          .withMessageContaining("docs/docker-endpoints.md");
    }
  }

  @Test
  void followsEventsWithoutTakingAPlaceFromCalls() {
    try (var engine = EngineStandIn.onTcp(EngineEventStreamTest::silentStream);
        var runtime = connectPatiently(engine.host())) {
      var followers =
          IntStream.range(0, Use.CALLS.places())
              .mapToObj(i -> new Follower(runtime.view()))
              .toList();

      assertThat(runtime.view().inspect(SOME)).isEmpty();

      followers.forEach(Follower::close);
      assertThat(followers).allSatisfy(follower -> assertThat(follower.end()).succeedsWithin(SOON));
    }
  }
}
