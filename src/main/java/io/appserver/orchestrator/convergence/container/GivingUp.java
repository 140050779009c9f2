package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.convergence.dependency.Dependencies;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.failure.Failure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Consumer;

/** The end of all tries, of which whoever depends on the app is told. */
@Singleton
final class GivingUp {

  private final Dependencies dependencies;

  @Inject
  GivingUp(Dependencies dependencies) {
    this.dependencies = dependencies;
  }

  /**
   * The app has failed.
   *
   * @param change says so in its row
   */
  Outcome of(Subject subject, Failure last, Consumer<Deployment> change) {
    subject.write(last, change);
    dependencies.signalDependants(subject.run(), subject.app().id());
    return Outcome.failed(last);
  }
}
