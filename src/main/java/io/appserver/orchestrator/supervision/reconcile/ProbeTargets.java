package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.failure.DeploymentException;
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
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Keeps the probes to the apps that are healthy now, as the rows have them. */
public final class ProbeTargets {

  private static final Logger LOG = Logger.getLogger(ProbeTargets.class.getName());

  private final Inspections inspections;
  private final Deployments deployments;
  private final Probes probes;
  private final BiConsumer<AppName, Cause> signal;
  private final BiPredicate<AppName, ObservedContainer> ours;

  /** Who is to be watched. */
  private Map<AppName, Spell> wanted = Map.of();

  /** One container of an app's, for as long as it is healthy without a break. */
  private record Spell(Optional<ContainerId> container, Instant since) {

    static Spell of(Deployment deployment) {
      return new Spell(
          deployment.containers().id(), deployment.health().healthySince().orElse(Instant.EPOCH));
    }
  }

  /**
   * @param ours whether a container that the app's row counts on is the app's, and ours
   * @param signal told of each app whose container is found not to run, though its row has it
   *     healthy: its end may have been told of too early for the row to know of it; and of each
   *     that somebody else began another run of
   * @param executor asks the engine, which may hang at one of the containers
   */
  public ProbeTargets(
      RuntimeView view,
      Deployments deployments,
      Probes probes,
      BiPredicate<AppName, ObservedContainer> ours,
      BiConsumer<AppName, Cause> signal,
      Executor executor) {
    this.ours = ours;
    this.inspections = new Inspections(view, executor);
    this.deployments = deployments;
    this.probes = probes;
    this.signal = signal;
  }

  /** Those that are kept to the apps. */
  Probes probes() {
    return probes;
  }

  /**
   * Takes on who is healthy now, and lets go of all others.
   *
   * @param later called from any thread once the engine has answered: {@link #heed} has to do then
   */
  void update(NodeSnapshot snapshot, Plan plan, Runnable later) {
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
    var target = new HashMap<AppName, Spell>();
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
        target.put(app.name(), Spell.of(deployment));
        watch(app, deployment, snapshot);
      }
    }
    wanted = target;
    heed(later);
    probes.starting(starting); // first: none is to be in neither, were it but for a moment
    probes.retain(target.keySet());
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
        .filter(spec -> deployment.containers().specHash().equals(Optional.of(spec.hash())))
        .isPresent();
  }

  /** An app whose row cannot be read, without a state: it is watched as it was. */
  private static @Nullable App asDeployed(Deployment deployment) {
    return deployment
        .appName()
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

  /** Takes on those of which the engine answered where they are. */
  void heed(Runnable later) {
    inspections.heed(later);
  }

  private Optional<ProbeTarget> known(AppName app, Spell spell) {
    return spell
        .container()
        .flatMap(id -> probes.of(app).filter(w -> w.isSpell(id, spell.since())));
  }

  private void watch(App app, Deployment deployment, NodeSnapshot snapshot) {
    Spell spell = Spell.of(deployment);
    Optional<ProbeTarget> known = known(app.name(), spell);
    Optional<Spec> spec =
        app.state().isEmpty()
            ? Optional.empty()
            : snapshot.settingsOf(app.id(), Row.of(deployment)).valid();
    boolean otherwise = known.isPresent() && isAskedOtherwise(known.get(), app, spec);
    boolean asIs = known.isPresent() && !known.get().takeDoubt() && !otherwise;
    if (spell.container().isEmpty() || asIs) {
      return;
    }
    if (!probes.engineAnswers() || inspections.isAsked(app.name())) {
      known.ifPresent(
          ProbeTarget::doubt); // what is found stopped now may have ended with the engine
      return;
    }
    inspections.ask(
        app.name(),
        spell.container().get(),
        new Inspections.Listener() {
          @Override
          public void found(Optional<ObservedContainer> container) {
            if (probes.engineAnswers() && spell.equals(wanted.get(app.name()))) {
              takeOn(app, spell, spec, container);
            } else {
              known(app.name(), spell).ifPresent(ProbeTarget::doubt);
            }
          }

          @Override
          public void failed(@Nullable DeploymentException reason) {
            putOff(app, spell, reason);
          }
        });
  }

  private void takeOn(
      App app, Spell spell, Optional<Spec> spec, Optional<ObservedContainer> container) {
    Optional<ProbeTarget> known = known(app.name(), spell);
    Optional<ObservedContainer> running =
        container.filter(found -> ours.test(app.name(), found)).filter(ObservedContainer::running);
    boolean otherwise = known.isPresent() && isAskedOtherwise(known.get(), app, spec);
    if (running.isEmpty()) {
      known.ifPresent(ProbeTarget::doubt);
      signal.accept(app.name(), Cause.ENDED);
    } else if (otherwise || known.filter(w -> w.isRun(running.get())).isEmpty()) {
      try {
        HealthCheck check = check(app, running.get(), spec.orElseGet(ProbeTargets::unknown));
        long first = probes.firstProbe(app.name());
        probes.watch(new ProbeTarget(app.name(), running.get(), check, spell.since(), first));
      } catch (DeploymentException e) {
        putOff(app, spell, e);
        return;
      }
      if (known.filter(w -> !w.began(running.get())).isPresent() && lasts(app.name(), spell)) {
        signal.accept(app.name(), Cause.RUNS_ANEW);
      }
    }
  }

  private void putOff(App app, Spell spell, @Nullable DeploymentException reason) {
    known(app.name(), spell).ifPresent(ProbeTarget::doubt);
    LOG.log(
        Level.FINE,
        reason,
        () -> "app_name=%s is watched from the next sweep on".formatted(app.name()));
  }

  /** Whether the row has still the same spell of health: none of us began another run since. */
  private boolean lasts(AppName app, Spell spell) {
    return deployments.named(app).stream()
        .anyMatch(now -> now.state() == DeploymentState.HEALTHY && Spell.of(now).equals(spell));
  }

  /** Whether the app's settings ask for another check than it is watched by. */
  private static boolean isAskedOtherwise(ProbeTarget target, App app, Optional<Spec> spec) {
    try {
      return spec.isPresent() && !check(app, target.container(), spec.get()).equals(target.check());
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
        .filter(row -> row.containers().id().equals(Optional.of(container)))
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
