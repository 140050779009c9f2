package io.appserver.orchestrator.runtime.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.ImageReference;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.junit.jupiter.api.Test;

/** What the interceptors throw, as the runtime port has it; that they are there: ServerIT. */
class CallGuardTest {

  private static final ImageReference IMAGE = new ImageReference("registry", "todos", "latest");

  private final CallGuard guard = CallGuard.withoutInterceptors();

  private static void isOver() {
    throw new TimeoutException("of the interceptor");
  }

  @Test
  void aPullThatTheInterceptorEndsSaysWhichSettingHelps() {
    assertThatExceptionOfType(DeploymentException.class)
        .isThrownBy(() ->
            guard.pull(
                IMAGE,
                () -> {
                  isOver();
                  return IMAGE;
                }))
        .withMessageContaining("timeout pulling image " + IMAGE)
        .withMessageContaining("APPSERVER_DOCKER_PULL_TIMEOUT")
        .satisfies(e -> assertThat(e.code()).isEqualTo(FailureCode.PULL_TIMEOUT));
  }

  @Test
  void aStartOrStopThatTheInterceptorEndsMayStillTakeEffect() {
    assertThatExceptionOfType(UnansweredCallException.class)
        .isThrownBy(() -> guard.start("start container 1f2e", CallGuardTest::isOver))
        .withMessageContaining("start container 1f2e");
    assertThatExceptionOfType(UnansweredCallException.class)
        .isThrownBy(() -> guard.stop("kill container 1f2e", CallGuardTest::isOver))
        .withMessageContaining("kill container 1f2e");
  }

  @Test
  void everythingElsePassesAsItIs() {
    assertThat(guard.pull(IMAGE, () -> "pulled")).isEqualTo("pulled");
    var away = new UnreachableException(Failure.of(FailureCode.RUNTIME_UNAVAILABLE, "away"), null);
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() ->
            guard.start(
                "start",
                () -> {
                  throw away;
                }))
        .isSameAs(away);
  }
}
