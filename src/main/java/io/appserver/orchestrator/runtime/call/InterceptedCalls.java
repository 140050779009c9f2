package io.appserver.orchestrator.runtime.call;

import io.appserver.orchestrator.failure.UnreachableException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.eclipse.microprofile.faulttolerance.Timeout;

/**
 * Where MicroProfile Fault Tolerance stands around the calls of an engine, whichever it is. A call
 * is made again where that is safe: {@link UnreachableException} says that nothing was begun. The
 * time-outs are the last resort ({@link CallBudget}). Those of a pull and of a start, and how long
 * a pull is tried, are replaced by the operator's at deployment ({@code
 * FaultToleranceConfigSource}).
 *
 * <p>For {@link CallGuard} alone, which knows what the interceptors throw.
 */
@ApplicationScoped
public class InterceptedCalls {

  @Retry(
      maxRetries = 3,
      delay = 1,
      delayUnit = ChronoUnit.SECONDS,
      maxDuration = CallBudget.LAST_RESORT_MINUTES,
      durationUnit = ChronoUnit.MINUTES,
      jitter = 500,
      retryOn = UnreachableException.class)
  @Timeout(value = CallBudget.LAST_RESORT_MINUTES, unit = ChronoUnit.MINUTES)
  public <T> T pull(Supplier<T> call) {
    return call.get();
  }

  @Retry(
      maxRetries = 2,
      delay = 200,
      jitter = 100,
      maxDuration = 1000,
      retryOn = UnreachableException.class)
  @Timeout(value = CallBudget.LAST_RESORT_MINUTES, unit = ChronoUnit.MINUTES)
  public void start(Runnable call) {
    call.run();
  }

  @Retry(
      maxRetries = 2,
      delay = 200,
      jitter = 100,
      maxDuration = 1000,
      retryOn = UnreachableException.class)
  @Timeout(value = CallBudget.LAST_RESORT_MINUTES, unit = ChronoUnit.MINUTES)
  public void stop(Runnable call) {
    call.run();
  }
}
