package io.appserver.orchestrator.supervision.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.testing.FakeEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is asked beside the thread that wants to know, and how much of it at once. */
class InspectionsTest {

  private final FakeEngine engine = new FakeEngine();
  private final List<Runnable> sent = new ArrayList<>();
  private final List<String> heard = new ArrayList<>();
  private Consumer<Runnable> thread = sent::add;
  private final Inspections inspections = new Inspections(engine, task -> thread.accept(task));

  private void ask(String app) {
    ContainerId container = engine.foreign("app-" + app);
    inspections.ask(
        new AppName(app),
        container,
        new Inspections.Listener() {
          @Override
          public void found(Optional<ObservedContainer> found) {
            heard.add(app + (found.isPresent() ? " found" : " gone"));
          }

          @Override
          public void failed(@Nullable DeploymentException reason) {
            heard.add(app + " failed");
          }
        });
  }

  @Test
  void oneThatHangsKeepsNoOtherWaiting() {
    ask("hangs");
    ask("good");
    inspections.heed(InspectionsTest::nobody);
    assertThat(sent).hasSize(2);

    sent.get(1).run();
    inspections.heed(InspectionsTest::nobody);
    assertThat(heard).containsExactly("good found");
    assertThat(inspections.isAsked(new AppName("hangs"))).isTrue();
    assertThat(inspections.isAsked(new AppName("good"))).isFalse();

    sent.getFirst().run();
    inspections.heed(InspectionsTest::nobody);
    assertThat(heard).containsExactly("good found", "hangs found");
  }

  @Test
  void soManyAreAskedForAtOnceAndTheOthersWhenThereAreAnswers() {
    IntStream.range(0, Inspections.MOST + 2).forEach(i -> ask("app" + i));
    inspections.heed(InspectionsTest::nobody);
    assertThat(sent).hasSize(Inspections.MOST);
    assertThat(inspections.isAsked(new AppName("app" + (Inspections.MOST + 1)))).isTrue();

    sent.get(3).run();
    inspections.heed(InspectionsTest::nobody);
    assertThat(heard).containsExactly("app3 found");
    assertThat(sent).hasSize(Inspections.MOST + 1);
  }

  @Test
  void whoeverAskedIsRungForWhenThereIsAnAnswer() {
    var rung = new ArrayList<String>();
    ask("todos");
    inspections.heed(() -> rung.add("ring"));
    assertThat(rung).isEmpty();
    sent.getFirst().run();
    assertThat(rung).hasSize(1);
    assertThat(heard).isEmpty();
  }

  @Test
  void withoutAThreadItFails() {
    thread =
        task -> {
          throw new RejectedExecutionException("no more");
        };
    ask("todos");
    inspections.heed(InspectionsTest::nobody);
    assertThat(heard).containsExactly("todos failed");
    assertThat(inspections.isAsked(new AppName("todos"))).isFalse();
  }

  private static void nobody() {}
}
