package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.container.ContainerLabels;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentException;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The data volume of an app that does not run any more, which an operator wants to be gone. Nothing
 * else removes data.
 */
final class Purge {

  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Parts parts;

  Purge(Parts parts) {
    this.parts = parts;
  }

  /** Data that is in use again is kept, whoever wanted it gone before. */
  void giveUp(Run run) {
    parts.wishes().purged(run.app());
    parts.ledger().note(run, Optional.empty(), "its data stays, as it is installed again");
  }

  /**
   * @param deployments of the app, on this node
   * @param gone what the look came to, as far as containers go
   */
  Outcome purge(Run run, List<Deployment> deployments, String volume, Outcome gone) {
    Optional<Deployment> owner =
        deployments.stream()
            .filter(d -> d.volume().filter(volume::equals).isPresent())
            .filter(d -> d.node().filter(parts.identity().node()::equals).isPresent())
            .filter(d -> d.state() == DeploymentState.STOPPED)
            .findFirst();
    if (owner.isEmpty()) {
      return gone; // on another node, or not stopped yet
    }
    try {
      remove(run, owner.get(), volume);
      return gone;
    } catch (DeploymentException e) {
      Failure failure = e.failure();
      Instant next = parts.clock().instant().plus(PAUSE);
      if (owner.get().reasonCode().filter(failure.code().code()::equals).isEmpty()) {
        parts.ledger().write(run, owner.get(), failure, d -> d.waits(failure, next));
      }
      return new Outcome(gone.wanted(), new Look.Result.Waiting(failure), Optional.of(PAUSE));
    }
  }

  private void remove(Run run, Deployment owner, String volume) {
    run.checkpoint();
    Optional<Map<String, String>> labels = parts.view().volume(volume);
    boolean others = labels.isPresent() && !isOurs(run, labels.get());
    if (labels.isPresent() && !others) {
      parts.acts().removeVolume(run, volume);
    }
    String message =
        others
            ? "the volume %s was not made for this app by this installation, and is left alone"
                .formatted(volume)
            : "its data volume %s is removed".formatted(volume);
    parts
        .ledger()
        .together(() -> {
          parts.wishes().purged(run.app());
          parts.ledger().write(run, owner, message, Deployment::volumeRemoved);
        });
  }

  private boolean isOurs(Run run, Map<String, String> labels) {
    return parts.identity().installation().equals(labels.get(ContainerLabels.INSTALLATION))
        && run.app().value().equals(labels.get(ContainerLabels.APP_NAME));
  }
}
