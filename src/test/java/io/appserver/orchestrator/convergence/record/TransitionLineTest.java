package io.appserver.orchestrator.convergence.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TransitionLineTest {

  private static final AppName TODOS = new AppName("todos");

  @Test
  void transitionIsALine() {
    assertThat(
            new TransitionLine(
                    TODOS, "PULLING", DeploymentState.CREATING, "image a is b", Optional.empty())
                .text())
        .isEqualTo("app_name=todos PULLING -> CREATING image a is b");
  }

  @Test
  void transitionIsOneLineWhateverTheEngineSaid() {
    Failure failure =
        Failure.of(
            FailureCode.IMAGE_INVALID,
            "the engine said:\n  no such file\r\n\n\u2028or directory\n");

    assertThat(
            new TransitionLine(
                    TODOS,
                    "STARTING",
                    DeploymentState.FAILED,
                    failure.message(),
                    Optional.of(failure))
                .text())
        .startsWith(
            "app_name=todos STARTING -> FAILED (image_invalid) the engine said: no such file or directory; what to do: ")
        .doesNotContainPattern("\\R");
  }
}
