package io.appserver.orchestrator.convergence.record;

import io.appserver.orchestrator.failure.DeploymentException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** All who are told what the convergence does. */
final class Observers {

  private final Iterable<ConvergenceObserver> observers;
  private final Iterable<LookObserver> lookObservers;

  Observers(Iterable<ConvergenceObserver> observers, Iterable<LookObserver> lookObservers) {
    this.observers = observers;
    this.lookObservers = lookObservers;
  }

  /** Takes the step before their eyes. */
  <T> T take(Stage stage, Supplier<T> work) {
    var ends = new ArrayList<Stage.End>();
    observers.forEach(observer -> ends.addFirst(observer.began(stage)));
    Optional<RuntimeException> thrown = Optional.empty();
    try {
      return work.get();
    } catch (RuntimeException e) {
      if (e instanceof DeploymentException failed && stage.kind() != Stage.Kind.LOOK) {
        failed.during(stage.kind().word());
      }
      thrown = Optional.of(e);
      throw e;
    } finally {
      for (Stage.End end : ends) {
        end.ended(thrown);
      }
    }
  }

  void tell(Consumer<ConvergenceObserver> event) {
    observers.forEach(event);
  }

  /** Inside the transaction that stores what the look came to. */
  void looked(Look look) {
    for (LookObserver observer : lookObservers) {
      observer.looked(look);
    }
  }
}
