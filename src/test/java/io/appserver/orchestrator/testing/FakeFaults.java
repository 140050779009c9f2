package io.appserver.orchestrator.testing;

import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.testing.FakeEngine.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What goes wrong with the changing calls of a {@link FakeEngine}, which guards it. */
final class FakeFaults {

  /** What a call does, with its answer. */
  @FunctionalInterface
  interface Effect<T> {
    T happen();
  }

  private final Map<String, Fault> next = new LinkedHashMap<>();
  private final List<Runnable> late = new ArrayList<>();
  private Function<String, Optional<Fault>> choice = verb -> Optional.empty();

  void next(String verb, Fault fault) {
    next.put(verb, fault);
  }

  void choose(Function<String, Optional<Fault>> faultOf) {
    choice = faultOf;
  }

  /** What was to go wrong does not; what is late stays so. */
  void heal() {
    next.clear();
    choice = verb -> Optional.empty();
  }

  <T> T call(String verb, Effect<T> effect) {
    Fault told = next.remove(verb);
    Optional<Fault> fault = told == null ? choice.apply(verb) : Optional.of(told);
    return fault.isEmpty() ? effect.happen() : call(verb, fault.get(), effect);
  }

  private <T> T call(String verb, Fault fault, Effect<T> effect) {
    return switch (fault) {
      case DONE_UNANSWERED -> {
        effect.happen();
        throw unanswered(verb);
      }
      case DONE_LATE -> {
        late.add(effect::happen);
        throw unanswered(verb);
      }
      case DONE_TWICE -> {
        late.add(effect::happen);
        yield effect.happen();
      }
      case LOST -> throw unanswered(verb);
      case REFUSED ->
          throw new DeploymentException(FailureCode.PORT_CONFLICT, verb + " was refused");
    };
  }

  private static UnansweredCallException unanswered(String verb) {
    return new UnansweredCallException(verb + " got no answer", null);
  }

  int late() {
    return late.size();
  }

  /** Its answer goes nowhere, whatever it is. */
  void deliver(int which) {
    try {
      late.remove(which).run();
    } catch (DeploymentException e) {
      return;
    }
  }
}
