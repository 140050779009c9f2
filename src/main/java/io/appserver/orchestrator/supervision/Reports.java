package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.supervision.reconcile.ReconciliationReport;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the reconciliations by this instance came to: the observers are told, the last is kept. */
@Singleton
class Reports implements Consumer<ReconciliationReport> {

  private final Iterable<SupervisionObserver> observers;
  private volatile @Nullable ReconciliationReport last;

  @Inject
  Reports(@Any Instance<SupervisionObserver> observers) {
    this((Iterable<SupervisionObserver>) observers);
  }

  Reports(Iterable<SupervisionObserver> observers) {
    this.observers = observers;
  }

  @Override
  public void accept(ReconciliationReport report) {
    last = report;
    observers.forEach(observer -> observer.reconciled(report));
  }

  /** Empty before the first. */
  Optional<ReconciliationReport> last() {
    return Optional.ofNullable(last);
  }
}
