package io.appserver.orchestrator.runtime.call;

import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.runtime.ImageReference;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;

/**
 * Pulls, starts and stops as the server's fault tolerance has them, for every engine: tried again
 * while nothing was begun, and never without an end. What the interceptors throw becomes what the
 * runtime port throws.
 */
@Singleton
public class CallGuard {

  private final InterceptedCalls calls;

  @Inject
  CallGuard(InterceptedCalls calls) {
    this.calls = calls;
  }

  /** Outside of the server there are no interceptors: each call is made once. */
  public static CallGuard withoutInterceptors() {
    return new CallGuard(new InterceptedCalls());
  }

  /**
   * Pulls an image.
   *
   * @throws DeploymentException with {@code pull_timeout} if the interceptor ended it
   */
  public <T> T pull(ImageReference image, Supplier<T> call) {
    try {
      return calls.pull(call);
    } catch (TimeoutException e) {
      throw new DeploymentException(
          Failure.of(
              FailureCode.PULL_TIMEOUT,
              "timeout pulling image %s; increase APPSERVER_DOCKER_PULL_TIMEOUT, or see why the registry is slow"
                  .formatted(image)),
          e);
    }
  }

  /**
   * Starts a container.
   *
   * @param what the call in words, such as {@code start container 1f2e}
   * @throws UnansweredCallException if the interceptor ended it
   */
  public void start(String what, Runnable call) {
    try {
      calls.start(call);
    } catch (TimeoutException e) {
      throw unanswered(what, e);
    }
  }

  /** As {@link #start}, of a signal that makes a container stop. */
  public void stop(String what, Runnable call) {
    try {
      calls.stop(call);
    } catch (TimeoutException e) {
      throw unanswered(what, e);
    }
  }

  /** It may have been sent, and may still take effect. */
  private static UnansweredCallException unanswered(String what, TimeoutException e) {
    return new UnansweredCallException(
        "the engine did not answer in time when asked to %s".formatted(what), e);
  }
}
