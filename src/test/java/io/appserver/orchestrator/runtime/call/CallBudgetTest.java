package io.appserver.orchestrator.runtime.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.configuration.FaultToleranceConfigSource;
import io.appserver.orchestrator.failure.UnreachableException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.eclipse.microprofile.faulttolerance.Timeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An adapter ends its calls itself, before an interceptor does: the annotations leave it time. */
class CallBudgetTest {

  private static List<Method> calls() {
    return Arrays.stream(InterceptedCalls.class.getDeclaredMethods())
        .filter(method -> !method.isSynthetic())
        .toList();
  }

  private static Duration limit(String call) throws NoSuchMethodException {
    Class<?> argument = call.equals("pull") ? Supplier.class : Runnable.class;
    Timeout timeout = InterceptedCalls.class.getMethod(call, argument).getAnnotation(Timeout.class);
    return Duration.of(timeout.value(), timeout.unit());
  }

  @Test
  void aStopEndsByItselfBeforeTheInterceptorEndsIt() throws NoSuchMethodException {
    Duration askingForTheSignal = CallBudget.QUESTION.multipliedBy(4); // two connections, perhaps
    assertThat(limit("stop"))
        .isGreaterThan(CallBudget.longest(CallBudget.CHANGE).plus(askingForTheSignal));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1S", "PT2M", "PT10M", "PT1H"})
  void aStartEndsByItselfBeforeTheInterceptorEndsIt(Duration operators) {
    Duration interceptors = operators.plus(FaultToleranceConfigSource.BESIDES_A_START);
    assertThat(interceptors).isGreaterThan(CallBudget.longest(CallBudget.own(operators)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT2S", "PT10M", "PT24H"})
  void aPullEndsByItselfBeforeTheInterceptorEndsIt(Duration operators) {
    assertThat(CallBudget.own(operators))
        .isLessThan(operators)
        .isGreaterThanOrEqualTo(operators.multipliedBy(19).dividedBy(20));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void everyCallIsBoundedAndIsTriedAgainOnlyWhereNothingWasBegun(Method call) {
    assertThat(call.getAnnotation(Timeout.class)).isNotNull();
    Retry retry = call.getAnnotation(Retry.class);
    assertThat(retry.retryOn()).containsExactly(UnreachableException.class);
    Duration pause = Duration.of(retry.delay(), retry.delayUnit());
    assertThat(Duration.of(retry.jitter(), retry.jitterDelayUnit()))
        .as("the specification wants it shorter than the pause")
        .isLessThan(pause);
  }
}
