package io.appserver.orchestrator.convergence.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeploymentWriterTest {

  private static final AppName TODOS = new AppName("todos");

  @Test
  void transitionIsALine() {
    assertThat(
            DeploymentWriter.line(
                TODOS, "PULLING", DeploymentState.CREATING, "image a is b", Optional.empty()))
        .isEqualTo("app_name=todos PULLING -> CREATING image a is b");
  }

  @Test
  void transitionIsOneLineWhateverTheEngineSaid() {
    Failure failure =
        Failure.of(
            FailureCode.IMAGE_INVALID,
            "the engine said:\n  no such file\r\n\n\u2028or directory\n");

    assertThat(
            DeploymentWriter.line(
                TODOS, "STARTING", DeploymentState.FAILED, failure.message(), Optional.of(failure)))
        .startsWith(
            "app_name=todos STARTING -> FAILED (image_invalid) the engine said: no such file or directory; what to do: ")
        .doesNotContainPattern("\\R");
  }
}
