package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.container.ContainerId;
import io.appserver.orchestrator.container.HealthCheck;
import io.appserver.orchestrator.container.Image;
import io.appserver.orchestrator.container.ObservedContainer;
import io.appserver.orchestrator.container.RuntimeView;
import io.appserver.orchestrator.convergence.HealthLadder;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentException;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.supervision.Step.Action;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps the probes to the apps that are healthy now, as the rows have them. */
final class Watchlist {

  private static final Logger LOG = Logger.getLogger(Watchlist.class.getName());

  private final RuntimeView view;
  private final Deployments deployments;
  private final Probes probes;

  Watchlist(RuntimeView view, Deployments deployments, Probes probes) {
    this.view = view;
    this.deployments = deployments;
    this.probes = probes;
  }

  /** Takes on who is healthy now, and lets go of all others. */
  void update(Overview overview, Plan plan) {
    Set<AppName> kept = new HashSet<>(plan.of(Action.KEEP));
    Map<AppId, App> apps = new HashMap<>();
    overview.installed().forEach(app -> apps.put(app.id(), app));
    var watched = new HashSet<AppName>();
    for (Deployment deployment : overview.deployments()) {
      App app = apps.get(deployment.appId());
      if (app != null
          && kept.contains(app.name())
          && deployment.state() == DeploymentState.HEALTHY) {
        watched.add(app.name());
        watch(app, deployment, overview);
      }
    }
    probes.retain(watched);
  }

  private void watch(App app, Deployment deployment, Overview overview) {
    String id = deployment.containerId().orElse("");
    Instant since = deployment.healthySince().orElse(Instant.EPOCH);
    if (id.isEmpty() || probes.of(app.name()).filter(w -> w.isSpell(id, since)).isPresent()) {
      return;
    }
    try {
      view.inspect(new ContainerId(id))
          .filter(ObservedContainer::running)
          .ifPresent(container ->
              probes.watch(
                  new Watched(
                      app.name(),
                      container,
                      check(app, container, overview),
                      since,
                      probes.firstProbe(app.name(), System.nanoTime()))));
    } catch (DeploymentException e) {
      LOG.log(
          Level.FINE,
          e,
          () -> "app_name=%s is watched from the next sweep on".formatted(app.name()));
    }
  }

  /** The engine runs an image's own check at the interval itself, and tells of what it finds. */
  private static HealthCheck check(App app, ObservedContainer container, Overview overview) {
    var settings = AppSettings.parse(overview.settings().getOrDefault(app.id(), Map.of()));
    if (!(settings instanceof AppSettings.Valid valid)) {
      return new HealthCheck.None();
    }
    HealthCheck check =
        HealthLadder.choose(
            app.name(),
            valid.settings(),
            new Image(container.imageId(), "", container.healthcheck()));
    return check instanceof HealthCheck.Execute ? new HealthCheck.None() : check;
  }

  /** Whether the container is the one that the app's row counts on. */
  boolean counts(AppName app, ContainerId container) {
    List<Deployment> rows = deployments.named(app);
    return rows.stream()
        .filter(row -> row.containerId().equals(Optional.of(container.value())))
        .anyMatch(row ->
            switch (row.state()) {
              case HEALTHY, UNHEALTHY -> true;
              // whoever works on it sees for himself
              case PENDING, PULLING, CREATING, STARTING, RESTARTING, STOPPING, STOPPED, FAILED ->
                  false;
            });
  }
}
