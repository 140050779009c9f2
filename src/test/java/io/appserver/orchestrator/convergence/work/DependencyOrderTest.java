package io.appserver.orchestrator.convergence.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DependencyOrderTest {

  private static final AppName A = new AppName("a");
  private static final AppName B = new AppName("b");
  private static final AppName C = new AppName("c");

  @Test
  void putsADependantBehindWhatItDependsOn() {
    assertThat(DependencyOrder.of(List.of(A, B, C), Map.of(A, Set.of(B), B, Set.of(C))))
        .containsExactly(C, B, A);
  }

  @Test
  void leavesOutWhatIsNotDue() {
    assertThat(DependencyOrder.of(List.of(A, C), Map.of(A, Set.of(B), C, Set.of(A))))
        .containsExactly(A, C);
  }

  @Test
  void cutsACircle() {
    assertThat(DependencyOrder.of(List.of(A, B), Map.of(A, Set.of(B), B, Set.of(A))))
        .containsExactly(B, A);
  }

  @Test
  void keepsTheOrderOfTheRest() {
    assertThat(DependencyOrder.of(List.of(C, A, B), Map.of())).containsExactly(C, A, B);
  }
}
