package io.appserver.orchestrator.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Event;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.runtime.EngineEvents;
import io.appserver.orchestrator.runtime.docker.EngineStandIn.Answer;
import io.appserver.orchestrator.testing.LogsKept;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine tells of more than is looked at meanwhile. */
class ManyEventsTest {

  /** More bytes than the socket keeps: once they are written, a queue's worth was read. */
  private static final int TOO_MANY = 5000;

  private static final String EVENT =
      "{\"Type\":\"container\",\"Action\":\"start\",\"Actor\":{\"ID\":\"0123456789abcdef\","
          + "\"Attributes\":{\"label\":\"%s\"}}}\n".formatted("x".repeat(400));

  @TempDir private Path folder;

  private static Answer answer(String request) {
    return request.startsWith("GET /events")
        ? Answer.begun(EVENT.repeat(EventQueue.MOST + TOO_MANY)).thenClosed()
        : Answer.ok("{\"SystemTime\":\"2001-09-09T03:46:40.5+02:00\"}");
  }

  /** Looks at the first event until the engine has told all. */
  private static final class Slow implements EngineEvents {
    private final EngineStandIn engine;
    private final List<String> heard = new ArrayList<>();

    Slow(EngineStandIn engine) {
      this.engine = engine;
    }

    @Override
    public void subscribed() {
      heard.add("subscribed");
    }

    @Override
    public void happened(EngineEvent event) {
      heard.add("event");
      if (engine.open() > 0) {
        await().until(() -> engine.open() == 0);
      }
    }
  }

  @Test
  void eventsBeyondTheBoundAreDroppedAndAllIsToBeLookedUp() {
    try (var threads = Executors.newCachedThreadPool();
        var engine = EngineStandIn.onUnix(folder.resolve("engine.sock"), ManyEventsTest::answer);
        var runtime =
            DockerRuntime.connect(
                TestSettings.of(engine.host(), TestSettings.NO_REGISTRY), threads);
        var logs = new LogsKept(EventStream.class.getName())) {
      var slow = new Slow(engine);
      assertThatExceptionOfType(DeploymentException.class)
          .isThrownBy(() -> runtime.view().follow(slow, new Cancellation()))
          .withMessageContaining("it ended the events");

      assertThat(slow.heard.getFirst()).isEqualTo("subscribed");
      assertThat(slow.heard.subList(1, slow.heard.size() - 1))
          .hasSizeGreaterThanOrEqualTo(EventQueue.MOST)
          .hasSizeLessThan(EventQueue.MOST + TOO_MANY)
          .containsOnly("event");
      assertThat(slow.heard.getLast()).as("once all that waited was heard").isEqualTo("subscribed");
      assertThat(logs.warnings()).singleElement().asString().contains("all is compared instead");
    }
  }

  @Test
  void afterwardsNothingIsDropped() throws Exception {
    var queue = new EventQueue();
    for (int i = 0; i < EventQueue.MOST + 2; i++) {
      queue.add(new Event());
    }
    for (int i = 0; i < EventQueue.MOST; i++) {
      assertThat(queue.next()).isInstanceOf(EventQueue.Next.Happened.class);
    }
    queue.add(new Event()); // nobody was told yet
    assertThat(queue.next()).isEqualTo(new EventQueue.Next.Lost(3));

    queue.add(new Event());
    queue.end();

    assertThat(queue.next()).isInstanceOf(EventQueue.Next.Happened.class);
    assertThat(queue.next()).isInstanceOf(EventQueue.Next.Over.class);
  }
}
