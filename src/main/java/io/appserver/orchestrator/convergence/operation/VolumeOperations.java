package io.appserver.orchestrator.convergence.operation;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.signal.Signals;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.Volumes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** What operators ask for about the data of apps. */
@Singleton
final class VolumeOperations {

  private final Volumes volumes;
  private final WorkStore work;
  private final DeployedApps deployed;
  private final Preconditions preconditions;
  private final OperatorHistory history;

  @Inject
  VolumeOperations(
      Volumes volumes,
      WorkStore work,
      DeployedApps deployed,
      Preconditions preconditions,
      OperatorHistory history) {
    this.volumes = volumes;
    this.work = work;
    this.deployed = deployed;
    this.preconditions = preconditions;
    this.history = history;
  }

  /** As {@link Operations#purge(AppName, String, Optional, String)}, in the present transaction. */
  Signals.Signal purge(AppName app, String volume, Optional<String> node, String actor) {
    preconditions.requireKnown(app);
    DataVolume wanted = preconditions.requireVolume(app, volume, node);
    if (deployed.isInUse(wanted)) {
      throw new OperationRefusedException(
          "%s is installed, and its data is its own; uninstall it first".formatted(app));
    }
    volumes.purge(wanted, actor);
    Signals.Signal signal = work.signalAt(wanted.node(), app, Cause.PURGE);
    history.note(app, actor, Cause.PURGE, "its data volume %s is to be removed".formatted(volume));
    return signal;
  }

  /** As {@link Operations#keepData}, in the present transaction. */
  Signals.Signal keepData(AppName app, String volume, String actor) {
    App installed = preconditions.requireInstalled(app);
    DataVolume kept =
        preconditions.requireVolume(app, volume, Optional.of(deployed.nodeOf(installed)));
    if (kept.appId().equals(installed.id())) {
      throw new OperationRefusedException(
          "the data in %s is %s's own already".formatted(volume, app));
    }
    volumes.give(kept.node(), kept.name(), installed.id());
    Signals.Signal signal = work.signalAt(kept.node(), app, Cause.KEEP_DATA);
    history.note(
        app,
        actor,
        Cause.KEEP_DATA,
        "gets the data in the volume %s, which was of the app with the id %s"
            .formatted(volume, kept.appId()));
    return signal;
  }
}
