package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ObservedContainer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;

/** Keeps the row of an app true that runs as it should. */
@Singleton
final class RowUpkeep {

  private final Identity identity;

  @Inject
  RowUpkeep(Identity identity) {
    this.identity = identity;
  }

  /** What somebody wrote into the row of an app that runs as it should. */
  void putRight(Subject subject, ObservedContainer container) {
    Deployment deployment = subject.deployment();
    Optional<String> made =
        container.ownedBy(identity.installation()).map(ContainerLabels::specHash);
    boolean odd =
        deployment.changedByHand()
            || deployment.containers().previousId().isPresent()
            || !deployment.containers().specHash().equals(made);
    if (deployment.state() == DeploymentState.HEALTHY && odd) {
      subject.write(
          "its row is put right",
          d -> {
            made.ifPresent(d.containers()::tried);
            d.containers().forgetPrevious();
          });
    }
  }

  /** What runs is what is wanted: what was tried in its place is not wanted any more. */
  void forgetOthers(Subject subject, String specHash) {
    Deployment deployment = subject.deployment();
    boolean told = deployment.updates().areUnderWay() || subject.row().keptForOthersThan(specHash);
    if (told && deployment.state() == DeploymentState.HEALTHY) {
      Instant since = deployment.health().healthySince().orElseGet(subject::now);
      subject.write(
          "its update is not wanted any more",
          d -> {
            d.updates().forgetOthersThan(specHash);
            d.healthy(since);
          });
    } else {
      deployment.updates().forgetOthersThan(specHash); // with whatever is written next
    }
  }
}
