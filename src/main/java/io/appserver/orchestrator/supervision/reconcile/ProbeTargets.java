package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.ContainerId;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.supervision.reconcile.PlannedAction.Action;
import io.appserver.orchestrator.supervision.watch.EngineChecks;
import io.appserver.orchestrator.supervision.watch.ProbeTarget;
import io.appserver.orchestrator.supervision.watch.Probes;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps the probes to the apps that are healthy now, as the rows have them. */
public final class ProbeTargets {

  private static final Logger LOG = Logger.getLogger(ProbeTargets.class.getName());

  private final RuntimeView view;
  private final Deployments deployments;
  private final Probes probes;
  private final BiConsumer<AppName, Cause> signal;
  private final BiPredicate<AppName, ObservedContainer> ours;

  /**
   * @param ours whether a container that the app's row counts on is the app's, and ours
   * @param signal told of each app whose container is found not to run, though its row has it
   *     healthy: its end may have been told of too early for the row to know of it; and of each
   *     that somebody else began another run of
   */
  public ProbeTargets(
      RuntimeView view,
      Deployments deployments,
      Probes probes,
      BiPredicate<AppName, ObservedContainer> ours,
      BiConsumer<AppName, Cause> signal) {
    this.ours = ours;
    this.view = view;
    this.deployments = deployments;
    this.probes = probes;
    this.signal = signal;
  }

  /** Takes on who is healthy now, and lets go of all others. */
  void update(NodeSnapshot snapshot, Plan plan) {
    Set<AppName> kept = new HashSet<>(plan.of(Action.KEEP));
    kept.addAll(plan.of(Action.CHECK));
    kept.addAll(plan.of(Action.RESUME)); // what is healthy of those
    Set<AppName> updated = new HashSet<>(plan.of(Action.UPDATE));
    Map<AppId, App> apps = new HashMap<>();
    var readable = new HashSet<AppName>();
    for (App app : snapshot.installed()) {
      apps.put(app.id(), app);
      readable.add(app.name());
    }
    var target = new HashSet<AppName>();
    var starting = new HashSet<AppName>();
    for (Deployment deployment : snapshot.deployments()) {
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
              || (updated.contains(app.name()) && staysAsItIs(app, deployment, snapshot)))
          && deployment.state() == DeploymentState.HEALTHY) {
        target.add(app.name());
        watch(app, deployment, snapshot);
      }
    }
    probes.starting(starting); // first: none is to be in neither, were it but for a moment
    probes.retain(target);
    snapshot.containers().map(EngineChecks::unhealthy).ifPresent(probes::engineSays);
  }

  private static boolean isStarting(DeploymentState state) {
    return switch (state) {
      case UNHEALTHY, RESTARTING, STARTING -> true;
      case PENDING, PULLING, CREATING, HEALTHY, STOPPING, STOPPED, FAILED -> false;
    };
  }

  /** Whether its settings say nothing of the container that is not so already. */
  private static boolean staysAsItIs(App app, Deployment deployment, NodeSnapshot snapshot) {
    return snapshot
        .settingsOf(app.id(), Row.of(deployment))
        .valid()
        .filter(spec -> deployment.specHash().equals(Optional.of(spec.hash())))
        .isPresent();
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
    probes.of(app).filter(target -> target.isIn(container)).ifPresent(ProbeTarget::doubt);
  }

  private void watch(App app, Deployment deployment, NodeSnapshot snapshot) {
    String id = deployment.containerId().orElse("");
    Instant since = deployment.healthySince().orElse(Instant.EPOCH);
    Optional<ProbeTarget> known = probes.of(app.name()).filter(w -> w.isSpell(id, since));
    Optional<Spec> spec =
        app.state().isEmpty()
            ? Optional.empty()
            : snapshot.settingsOf(app.id(), Row.of(deployment)).valid();
    boolean otherwise =
        known.isPresent() && spec.isPresent() && isAskedOtherwise(known.get(), app, spec.get());
    boolean asIs = known.isPresent() && !known.get().takeDoubt() && !otherwise;
    if (id.isEmpty() || asIs) {
      return;
    }
    if (!probes.engineAnswers()) {
      known.ifPresent(
          ProbeTarget::doubt); // what is found stopped now may have ended with the engine
      return;
    }
    try {
      Optional<ObservedContainer> running =
          view.inspect(new ContainerId(id))
              .filter(container -> ours.test(app.name(), container))
              .filter(ObservedContainer::running);
      if (running.isEmpty()) {
        known.ifPresent(ProbeTarget::doubt);
        signal.accept(app.name(), Cause.ENDED);
      } else if (otherwise || known.filter(w -> w.isRun(running.get())).isEmpty()) {
        HealthCheck check = check(app, running.get(), spec.orElseGet(ProbeTargets::unknown));
        long first = probes.firstProbe(app.name());
        probes.watch(new ProbeTarget(app.name(), running.get(), check, since, first));
        if (known.filter(w -> !w.began(running.get())).isPresent()
            && isSpell(app.name(), deployment)) {
          signal.accept(app.name(), Cause.RUNS_ANEW);
        }
      }
    } catch (DeploymentException e) {
      known.ifPresent(ProbeTarget::doubt);
      LOG.log(
          Level.FINE,
          e,
          () -> "app_name=%s is watched from the next sweep on".formatted(app.name()));
    }
  }

  /** Whether the row has still the same spell of health: none of us began another run since. */
  private boolean isSpell(AppName app, Deployment seen) {
    return deployments.named(app).stream()
        .anyMatch(now ->
            now.state() == DeploymentState.HEALTHY
                && now.containerId().equals(seen.containerId())
                && now.healthySince().equals(seen.healthySince()));
  }

  /** Whether the app's settings ask for another check than it is watched by. */
  private static boolean isAskedOtherwise(ProbeTarget target, App app, Spec spec) {
    try {
      return !check(app, target.container(), spec).equals(target.check());
    } catch (DeploymentException e) {
      return false; // its look says so
    }
  }

  /** Of an app whose settings cannot be read: it is asked by what its container says of itself. */
  private static Spec unknown() {
    return Spec.of(AppSettings.none());
  }

  private static HealthCheck check(App app, ObservedContainer container, Spec spec) {
    return spec.check(
        app.name(), container, new Image(container.imageId(), "", container.healthcheck()));
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
