package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.record.Unfinished;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.WorkloadControl;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The volumes of an app on this node that an operator wants to be gone. Nothing else removes data.
 */
@Singleton
public final class Purge {

  private final String node;
  private final Volumes volumes;
  private final Deployments deployments;
  private final DeploymentWriter writer;
  private final Unfinished unfinished;
  private final WorkloadControl control;
  private final Clock clock;

  @Inject
  public Purge(
      Identity identity,
      Volumes volumes,
      Deployments deployments,
      DeploymentWriter writer,
      Unfinished unfinished,
      WorkloadControl control,
      Clock clock) {
    this.node = identity.node();
    this.volumes = volumes;
    this.deployments = deployments;
    this.writer = writer;
    this.unfinished = unfinished;
    this.control = control;
    this.clock = clock;
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
    return volumes.of(run.app()).stream()
        .filter(volume -> volume.purgedBy().isPresent())
        .filter(volume -> volume.node().equals(node))
        .toList();
  }

  private Outcome giveUp(Run run, DataVolume volume, Outcome come) {
    unfinished.settled(purgeOf(volume));
    writer.together(() -> {
      volumes.keep(volume);
      writer.note(run, Optional.empty(), "its data stays, as it is installed again");
    });
    return come;
  }

  private Outcome remove(Run run, DataVolume volume, Outcome come) {
    Optional<Deployment> owner =
        deployments
            .find(volume.appId())
            .filter(d -> d.place().node().filter(volume.node()::equals).isPresent())
            .filter(d -> d.state() == DeploymentState.STOPPED);
    try {
      remove(run, volume, owner);
      unfinished.settled(purgeOf(volume));
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
    boolean told = unfinished.isTold(purgeOf(volume), failure);
    Duration pause = unfinished.failed(purgeOf(volume), failure);
    Instant next = clock.instant().plus(pause);
    if (owner.isPresent() && told) {
      writer.writeUntold(run, owner.get(), w -> w.waits(failure, next));
    } else if (owner.isPresent()) {
      writer.write(run, owner.get(), failure, w -> w.waits(failure, next));
    } else if (!told) {
      String message =
          "its data volume %s cannot be removed now: %s"
              .formatted(volume.name(), failure.message());
      writer.note(run, Optional.empty(), message);
    }
    return pause;
  }

  private static String purgeOf(DataVolume volume) {
    return "purge of " + volume.name();
  }

  private void remove(Run run, DataVolume volume, Optional<Deployment> owner) {
    run.checkpoint();
    String message =
        control.removeVolume(run, volume)
            ? "its data volume %s is removed".formatted(volume.name())
            : "the volume %s was not made for this app by this installation, and is left alone"
                .formatted(volume.name());
    writer.together(() -> {
      volumes.forget(volume.node(), volume.name());
      Optional<String> left = left(run, volume);
      owner.ifPresentOrElse(
          d -> writer.write(run, d, message, w -> w.volumeRemoved(left)),
          () -> writer.note(run, Optional.empty(), message));
    });
  }

  /** Other data of that app on this node. */
  private Optional<String> left(Run run, DataVolume removed) {
    return volumes.of(run.app()).stream()
        .filter(volume -> volume.appId().equals(removed.appId()))
        .filter(volume -> volume.node().equals(removed.node()))
        .map(DataVolume::name)
        .findFirst();
  }
}
