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
import io.appserver.orchestrator.convergence.SpecHash;
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
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps the probes to the apps that are healthy now, as the rows have them. */
final class Watchlist {

  private static final Logger LOG = Logger.getLogger(Watchlist.class.getName());

  private final RuntimeView view;
  private final Deployments deployments;
  private final Probes probes;
  private final Consumer<AppName> ended;
  private final BiPredicate<AppName, ObservedContainer> ours;

  /**
   * @param ours whether a container that the app's row counts on is the app's, and ours
   * @param ended told of each app whose container is found not to run, though its row has it
   *     healthy: its end may have been told of too early for the row to know of it
   */
  Watchlist(
      RuntimeView view,
      Deployments deployments,
      Probes probes,
      BiPredicate<AppName, ObservedContainer> ours,
      Consumer<AppName> ended) {
    this.ours = ours;
    this.view = view;
    this.deployments = deployments;
    this.probes = probes;
    this.ended = ended;
  }

  /** Takes on who is healthy now, and lets go of all others. */
  void update(Overview overview, Plan plan) {
    Set<AppName> kept = new HashSet<>(plan.of(Action.KEEP));
    kept.addAll(plan.of(Action.CHECK));
    Set<AppName> updated = new HashSet<>(plan.of(Action.UPDATE));
    Map<AppId, App> apps = new HashMap<>();
    var readable = new HashSet<AppName>();
    for (App app : overview.installed()) {
      apps.put(app.id(), app);
      readable.add(app.name());
    }
    var watched = new HashSet<AppName>();
    var starting = new HashSet<AppName>();
    for (Deployment deployment : overview.deployments()) {
      App app =
          apps.containsKey(deployment.appId())
              ? apps.get(deployment.appId())
              : asDeployed(deployment);
      if (app != null && apps.containsKey(app.id()) && isStarting(deployment.state())) {
        starting.add(app.name());
      }
      if (app != null
          && (apps.containsKey(app.id()) || !readable.contains(app.name()))
          && (kept.contains(app.name())
              || (updated.contains(app.name()) && staysAsItIs(app, deployment, overview)))
          && deployment.state() == DeploymentState.HEALTHY) {
        watched.add(app.name());
        watch(app, deployment, overview);
      }
    }
    probes.starting(starting); // first: none is to be in neither, were it but for a moment
    probes.retain(watched);
    overview.containers().map(EngineChecks::unhealthy).ifPresent(probes::engineSays);
  }

  private static boolean isStarting(DeploymentState state) {
    return switch (state) {
      case UNHEALTHY, RESTARTING, STARTING -> true;
      case PENDING, PULLING, CREATING, HEALTHY, STOPPING, STOPPED, FAILED -> false;
    };
  }

  /** Whether its settings say nothing of the container that is not so already. */
  private static boolean staysAsItIs(App app, Deployment deployment, Overview overview) {
    return AppSettings.parse(overview.settings().getOrDefault(app.id(), Map.of()))
            instanceof AppSettings.Valid valid
        && deployment.specHash().filter(SpecHash.of(valid.settings())::equals).isPresent();
  }

  /** An app whose row cannot be read, without a state: it is watched as it was. */
  private static @Nullable App asDeployed(Deployment deployment) {
    return AppName.parse(deployment.appName())
        .map(name -> new App(deployment.appId(), name, true, ""))
        .orElse(null);
  }

  /** The engine says that its own check of the container fails. */
  void unwell(AppName app, ContainerId container) {
    probes.unwell(app, container);
  }

  /** The container began another run, perhaps at another address. */
  void started(AppName app, ContainerId container) {
    probes.of(app).filter(watched -> watched.isIn(container)).ifPresent(Watched::doubt);
  }

  private void watch(App app, Deployment deployment, Overview overview) {
    String id = deployment.containerId().orElse("");
    Instant since = deployment.healthySince().orElse(Instant.EPOCH);
    Optional<Watched> known = probes.of(app.name()).filter(w -> w.isSpell(id, since));
    boolean otherwise = known.filter(w -> isAskedOtherwise(w, app, overview)).isPresent();
    boolean asIs = known.isPresent() && !known.get().takeDoubt() && !otherwise;
    if (id.isEmpty() || asIs) {
      return;
    }
    if (!probes.engineAnswers()) {
      known.ifPresent(Watched::doubt); // what is found stopped now may have ended with the engine
      return;
    }
    try {
      Optional<ObservedContainer> running =
          view.inspect(new ContainerId(id))
              .filter(container -> ours.test(app.name(), container))
              .filter(ObservedContainer::running);
      if (running.isEmpty()) {
        known.ifPresent(Watched::doubt);
        ended.accept(app.name());
      } else if (otherwise || known.filter(w -> w.isRun(running.get())).isEmpty()) {
        HealthCheck check = check(app, running.get(), overview);
        long first = probes.firstProbe(app.name());
        probes.watch(new Watched(app.name(), running.get(), check, since, first));
      }
    } catch (DeploymentException e) {
      known.ifPresent(Watched::doubt);
      LOG.log(
          Level.FINE,
          e,
          () -> "app_name=%s is watched from the next sweep on".formatted(app.name()));
    }
  }

  /**
   * Whether the app's settings ask for another check than it is watched by. Settings that say
   * nothing, or cannot be believed, change nothing.
   */
  private static boolean isAskedOtherwise(Watched watched, App app, Overview overview) {
    Map<String, String> stored = overview.settings().getOrDefault(app.id(), Map.of());
    boolean doubted = overview.settingsDoubt().isPresent() && AppSettings.areAbsent(stored);
    boolean valid = AppSettings.parse(stored) instanceof AppSettings.Valid;
    if (doubted || !valid || app.state().isEmpty()) {
      return false;
    }
    try {
      return !check(app, watched.container(), overview).equals(watched.check());
    } catch (DeploymentException e) {
      return false; // its look says so
    }
  }

  private static HealthCheck check(App app, ObservedContainer container, Overview overview) {
    var settings = AppSettings.parse(overview.settings().getOrDefault(app.id(), Map.of()));
    if (!(settings instanceof AppSettings.Valid valid)) {
      return new HealthCheck.None();
    }
    return HealthLadder.choose(
        app.name(), valid.settings(), new Image(container.imageId(), "", container.healthcheck()));
  }

  /** Whether the container is the one that the app's row counts on. */
  boolean counts(AppName app, ContainerId container) {
    List<Deployment> rows = deployments.named(app);
    return rows.stream()
        .filter(row -> row.containerId().equals(Optional.of(container.value())))
        .anyMatch(row ->
            switch (row.state()) {
              // while it starts, its last good answer may have come just before; while a new image
              // is pulled, the version before is to run
              case HEALTHY, UNHEALTHY, STARTING, RESTARTING, PULLING -> true;
              // whoever works on it sees for himself
              case PENDING, CREATING, STOPPING, STOPPED, FAILED -> false;
            });
  }
}
