package io.appserver.orchestrator.convergence.preview;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.convergence.decide.Decision;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.runtime.ObservedContainer;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** What taking an app away would do. */
@Singleton
public class RemovalForecast {

  private final Volumes volumes;
  private final Provider<Identity> identity;
  private final Neighbours neighbours;

  @Inject
  public RemovalForecast(Volumes volumes, Provider<Identity> identity, Neighbours neighbours) {
    this.volumes = volumes;
    this.identity = identity;
    this.neighbours = neighbours;
  }

  void of(
      Preview.Draft draft,
      Optional<App> app,
      Optional<Deployment> row,
      List<ObservedContainer> owned,
      Decision decision) {
    app.ifPresent(known ->
        draft.neighbours(neighbours.dependencies(known.id()), neighbours.dependants(known.id())));
    if (decision instanceof Decision.Gone && !draft.isElsewhere()) {
      draft.impossible("there is nothing of it to take away");
    }
    for (ObservedContainer container : owned) {
      if (container.running()) {
        draft.step("stop", container.name().value(), "by its stop signal, then by force");
      }
      draft.step("remove", container.name().value(), "its volumes stay");
      draft.container(container.name().value(), "remove");
    }
    row.stream()
        .flatMap(deployment ->
            volumes.of(draft.app()).stream()
                .filter(volume -> volume.appId().equals(deployment.appId())))
        .filter(volume -> volume.node().equals(identity.get().node()))
        .map(DataVolume::name)
        .forEach(volume -> {
          draft.step("keep", volume, "data goes only when an operator says so");
          draft.volume(volume, "keep");
        });
  }
}
