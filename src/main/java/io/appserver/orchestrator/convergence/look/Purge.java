package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.DataVolume.Origin;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.runtime.ContainerLabels;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The volumes of an app on this node that an operator wants to be gone. Nothing else removes data.
 */
final class Purge {

  /** How the engine names a volume for which nobody had a name. */
  private static final Pattern ANONYMOUS = Pattern.compile("[0-9a-f]{64}");

  private final Parts parts;

  Purge(Parts parts) {
    this.parts = parts;
  }

  /**
   * Removes what may go. Data that is in use again is kept, whoever wanted it gone before.
   *
   * @param user the app that is to run here, if one is
   * @param come what the look came to otherwise
   */
  Outcome purge(Run run, Optional<AppId> user, Outcome come) {
    Outcome outcome = come;
    for (DataVolume volume : wanted(run)) {
      outcome =
          user.filter(volume.appId()::equals).isPresent()
              ? giveUp(run, volume, outcome)
              : remove(run, volume, outcome);
    }
    return outcome;
  }

  private List<DataVolume> wanted(Run run) {
    return parts.volumes().of(run.app()).stream()
        .filter(volume -> volume.purgedBy().isPresent())
        .filter(volume -> volume.node().equals(parts.identity().node()))
        .toList();
  }

  private Outcome giveUp(Run run, DataVolume volume, Outcome come) {
    parts.unfinished().settled(purgeOf(volume));
    parts
        .ledger()
        .together(() -> {
          parts.volumes().keep(volume);
          parts.ledger().note(run, Optional.empty(), "its data stays, as it is installed again");
        });
    return come;
  }

  private Outcome remove(Run run, DataVolume volume, Outcome come) {
    Optional<Deployment> owner =
        parts
            .deployments()
            .find(volume.appId())
            .filter(d -> d.node().filter(volume.node()::equals).isPresent())
            .filter(d -> d.state() == DeploymentState.STOPPED);
    try {
      remove(run, volume, owner);
      parts.unfinished().settled(purgeOf(volume));
      return come;
    } catch (DeploymentException e) {
      Duration pause = postpone(run, volume, owner, e.failure());
      return come.result() instanceof Look.Result.Gone
          ? new Outcome(come.wanted(), new Look.Result.Waiting(e.failure()), Optional.of(pause))
          : come.atLeastAfter(pause);
    }
  }

  /** An app may have several volumes: what is told of one is not what is told of another. */
  private Duration postpone(
      Run run, DataVolume volume, Optional<Deployment> owner, Failure failure) {
    boolean told = parts.unfinished().isTold(purgeOf(volume), failure);
    Duration pause = parts.unfinished().failed(purgeOf(volume), failure);
    Instant next = parts.clock().instant().plus(pause);
    if (owner.isPresent() && told) {
      parts.ledger().writeUntold(run, owner.get(), w -> w.waits(failure, next));
    } else if (owner.isPresent()) {
      parts.ledger().write(run, owner.get(), failure, w -> w.waits(failure, next));
    } else if (!told) {
      String message =
          "its data volume %s cannot be removed now: %s"
              .formatted(volume.name(), failure.message());
      parts.ledger().note(run, Optional.empty(), message);
    }
    return pause;
  }

  private static String purgeOf(DataVolume volume) {
    return "purge of " + volume.name();
  }

  private void remove(Run run, DataVolume volume, Optional<Deployment> owner) {
    run.checkpoint();
    Optional<Map<String, String>> labels = parts.view().volume(volume.name());
    boolean others = labels.isPresent() && !isOurs(run, volume, labels.get());
    if (labels.isPresent() && !others) {
      parts.acts().removeVolume(run, volume.name());
    }
    String message =
        others
            ? "the volume %s was not made for this app by this installation, and is left alone"
                .formatted(volume.name())
            : "its data volume %s is removed".formatted(volume.name());
    parts
        .ledger()
        .together(() -> {
          parts.volumes().forget(volume.node(), volume.name());
          Optional<String> left = left(run, volume);
          owner.ifPresentOrElse(
              d -> parts.ledger().write(run, d, message, w -> w.volumeRemoved(left)),
              () -> parts.ledger().note(run, Optional.empty(), message));
        });
  }

  /** Other data of that app on this node. */
  private Optional<String> left(Run run, DataVolume removed) {
    return parts.volumes().of(run.app()).stream()
        .filter(volume -> volume.appId().equals(removed.appId()))
        .filter(volume -> volume.node().equals(removed.node()))
        .map(DataVolume::name)
        .findFirst();
  }

  /** What the engine named itself bears no labels of ours; it is known from a container of ours. */
  private boolean isOurs(Run run, DataVolume volume, Map<String, String> labels) {
    boolean labelled =
        parts.identity().installation().equals(labels.get(ContainerLabels.INSTALLATION))
            && run.app().value().equals(labels.get(ContainerLabels.APP_NAME));
    boolean anonymous =
        volume.origin() == Origin.IMAGE && ANONYMOUS.matcher(volume.name()).matches();
    return volume.origin() != Origin.FOREIGN && (labelled || anonymous);
  }
}
