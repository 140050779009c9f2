package io.appserver.orchestrator.convergence.look;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.testing.FakeEngine.Fault;
import io.appserver.orchestrator.testing.InWorkshop;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine that answers pings and leaves one app's changes without an answer, again and again. */
@Order(1)
class UnansweredCallsE2E extends InWorkshop {

  private void losesAnswersTo(String verb) {
    shop.engine.faults(
        asked -> asked.startsWith(verb) ? Optional.of(Fault.LOST) : Optional.empty());
  }

  private void assertPausesGrow() {
    for (long pause : List.of(10L, 20L, 40L)) {
      shop.endPauses();
      assertThat(shop.reason("todos")).isEqualTo("runtime_unavailable");
      assertThat(shop.pause("todos")).isBetween(pause / 2 + 1, pause);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "start"})
  void theyAreTriedAgainAtGrowingPausesAndNeverGivenUp(String verb) {
    shop.app("todos", "installed");
    losesAnswersTo(verb);
    shop.install("todos");
    shop.awaitState("todos", "pending");
    shop.awaitRest();
    assertPausesGrow();

    shop.engine.healCalls();
    shop.endPauses();
    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
  }
}
