package io.appserver.orchestrator.supervision.reconcile;

import static java.util.stream.Collectors.groupingBy;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.spec.SettingsRead;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ListedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import io.appserver.orchestrator.supervision.reconcile.PlannedAction.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The planner as it was before {@code Decide}: to compare it with, and to be deleted then. */
final class OldPlanner {

  private final NodeSnapshot snapshot;
  private final Map<AppName, List<ListedContainer>> containers;
  private final Map<AppId, Deployment> rows = new HashMap<>();
  private final Map<String, List<Deployment>> rowsByName = new HashMap<>();

  private OldPlanner(NodeSnapshot snapshot) {
    this.snapshot = snapshot;
    this.containers =
        snapshot.containers().orElse(List.of()).stream()
            .filter(container -> container.name().isGivenTo(container.labels().appName()))
            .collect(groupingBy(container -> container.labels().appName()));
    for (Deployment row : snapshot.deployments()) {
      rows.putIfAbsent(row.appId(), row);
      rowsByName.computeIfAbsent(row.appName(), name -> new ArrayList<>()).add(row);
    }
  }

  static Plan plan(NodeSnapshot snapshot) {
    return new OldPlanner(snapshot).plan();
  }

  private Plan plan() {
    var steps = new TreeMap<AppName, PlannedAction>();
    for (App app : snapshot.installed()) {
      steps.put(app.name(), wanted(app));
    }
    unwanted(steps).forEach(name -> steps.put(name, notWanted(name)));
    unclear(steps).forEach((name, why) -> steps.put(name, leftAsItIs(name, why)));
    return new Plan(Waves.of(steps, snapshot.needs()));
  }

  /** Apps that are not installed and have something here. */
  private Set<AppName> unwanted(Map<AppName, PlannedAction> wanted) {
    var names = new TreeSet<>(containers.keySet());
    snapshot.deployments().stream()
        .filter(d -> isHere(d) && d.state() != DeploymentState.STOPPED)
        .map(d -> AppName.parse(d.appName()))
        .flatMap(Optional::stream)
        .forEach(names::add);
    names.removeAll(wanted.keySet());
    return names;
  }

  private PlannedAction notWanted(AppName name) {
    return snapshot.known().contains(name)
        ? new PlannedAction(name, Action.REMOVE, "the platform has it as not installed")
        : new PlannedAction(name, Action.ORPHAN, "the platform has no such app");
  }

  /** Apps of which it is not known whether they should run, with why not. */
  private Map<AppName, String> unclear(Map<AppName, PlannedAction> steps) {
    var unclear = new TreeMap<AppName, String>();
    if (!snapshot.unreadable().isEmpty()) {
      steps.values().stream()
          .filter(planned -> planned.action() == Action.ORPHAN)
          .forEach(
              planned -> unclear.put(planned.app(), "may be meant by a row that cannot be read"));
    }
    snapshot
        .unreadable()
        .forEach(row ->
            row.name()
                .filter(name -> steps.containsKey(name) || rowsByName.containsKey(name.value()))
                .ifPresent(name -> unclear.put(name, row.words())));
    return unclear;
  }

  /** What runs is watched on. */
  private PlannedAction leftAsItIs(AppName name, String why) {
    boolean healthy =
        rowsByName.getOrDefault(name.value(), List.of()).stream()
            .anyMatch(row -> isHere(row) && row.state() == DeploymentState.HEALTHY);
    return new PlannedAction(name, healthy ? Action.KEEP : Action.REST, "is left as it is: " + why);
  }

  private PlannedAction wanted(App app) {
    Optional<Deployment> row = Optional.ofNullable(rows.get(app.id()));
    List<ListedContainer> owned = containers.getOrDefault(app.name(), List.of());
    if (row.filter(d -> !isHere(d)).isPresent()) {
      return owned.isEmpty()
          ? new PlannedAction(
              app.name(), Action.ELSEWHERE, "is on node " + row.get().node().orElse("?"))
          : new PlannedAction(
              app.name(), Action.TIDY, "is on another node, and left containers here");
    }
    boolean predecessor =
        rowsByName.getOrDefault(app.name().value(), List.of()).stream()
            .anyMatch(d ->
                !d.appId().equals(app.id()) && isHere(d) && d.state() != DeploymentState.STOPPED);
    if (row.isEmpty() || row.get().state() == DeploymentState.STOPPED || predecessor) {
      return new PlannedAction(
          app.name(), Action.INSTALL, "is installed, and was not deployed yet");
    }
    return deployed(app, row.get(), owned);
  }

  private boolean isHere(Deployment deployment) {
    return deployment.homeBut(snapshot.node()).isEmpty();
  }

  private PlannedAction deployed(App app, Deployment row, List<ListedContainer> owned) {
    AppName name = app.name();
    if (row.changedByHand()) {
      return new PlannedAction(
          name, Action.HEED, "its row was set to %s by hand".formatted(row.state()));
    }
    if (!row.appName().equals(name.value())) {
      return new PlannedAction(name, Action.HEED, "its row has another name");
    }
    boolean marked = row.reasonCode().filter(FailureCode.HELD.code()::equals).isPresent();
    boolean held = snapshot.held().contains(name);
    if (held != marked) {
      return new PlannedAction(name, Action.HEED, held ? "is to be held" : "was released");
    }
    if (held) {
      return owned.stream().anyMatch(c -> c.status() == Status.RUNNING)
          ? new PlannedAction(name, Action.HEED, "is held, and runs")
          : new PlannedAction(name, Action.REST, "is held");
    }
    boolean changed =
        !waitsForTables(row)
            && (settingsChanged(app, row)
                || (row.state() == DeploymentState.FAILED && row.redeployWaits()));
    return switch (row.state()) {
      case FAILED ->
          changed
              ? new PlannedAction(name, Action.UPDATE, "its settings changed since it failed")
              : failed(name, row, owned);
      case HEALTHY ->
          changed
              ? new PlannedAction(name, Action.UPDATE, "its settings changed")
              : healthy(name, row, owned);
      default -> underWay(name, row, changed);
    };
  }

  /** What its settings are is found out by its own next look. */
  private static boolean waitsForTables(Deployment row) {
    return row.reasonCode().filter(FailureCode.PLATFORM_SCHEMA.code()::equals).isPresent()
        && row.nextLookAt().isPresent();
  }

  private static boolean differs(Optional<String> known, String now) {
    return known.filter(hash -> !hash.equals(now)).isPresent();
  }

  private boolean settingsChanged(App app, Deployment row) {
    return switch (SettingsRead.of(
        snapshot.settings().getOrDefault(app.id(), Map.of()),
        row.hadSettings(Spec.HASH_OF_NONE),
        snapshot::settingsDoubt)) {
      case SettingsRead.Valid(Spec spec) ->
          row.areNew(spec.hash())
              || (row.state() == DeploymentState.HEALTHY && row.keptForOthersThan(spec.hash()))
              || differs(row.healthHash(), spec.healthHash());
      case SettingsRead.Invalid invalid -> row.areNew("");
      case SettingsRead.Doubted doubted -> false;
    };
  }

  private PlannedAction healthy(AppName name, Deployment row, List<ListedContainer> owned) {
    if (snapshot.containers().isEmpty()) {
      return new PlannedAction(name, Action.KEEP, "is healthy by its row");
    }
    Optional<ListedContainer> recorded =
        owned.stream()
            .filter(c -> row.containerId().equals(Optional.of(c.id().value())))
            .findFirst();
    if (recorded.isEmpty()) {
      return new PlannedAction(name, Action.RECREATE, "its container is gone");
    }
    if (recorded.get().status() != Status.RUNNING) {
      return new PlannedAction(
          name,
          Action.START,
          "its container is " + recorded.get().status().name().toLowerCase(Locale.ROOT));
    }
    if (owned.size() > 1) {
      return new PlannedAction(name, Action.TIDY, "has %d containers".formatted(owned.size()));
    }
    if (recorded.get().unhealthy()) {
      return new PlannedAction(name, Action.CHECK, "its own health check says that it is not well");
    }
    return row.updateWaits()
        ? new PlannedAction(name, Action.RESUME, "runs, and an update of it waits")
        : new PlannedAction(name, Action.KEEP, "runs");
  }

  /** Its own container may be left, for its log. */
  private static PlannedAction failed(AppName name, Deployment row, List<ListedContainer> owned) {
    boolean left =
        owned.stream()
            .anyMatch(c ->
                c.status() == Status.RUNNING
                    || !(row.containerId().equals(Optional.of(c.id().value()))
                        || row.previousContainerId().equals(Optional.of(c.id().value()))));
    return left
        ? new PlannedAction(name, Action.TIDY, "failed, and left something behind")
        : new PlannedAction(name, Action.REST, "failed: " + row.reasonCode().orElse("?"));
  }

  /** Without a list of containers, what is under way is left to its own next look. */
  private PlannedAction underWay(AppName name, Deployment row, boolean changed) {
    if (changed && row.nextLookAt().isPresent()) {
      return new PlannedAction(name, Action.UPDATE, "its settings changed while it waits");
    }
    return snapshot.containers().isPresent()
        ? new PlannedAction(name, Action.RESUME, "is " + row.state().code())
        : new PlannedAction(
            name,
            Action.REST,
            "is %s, and looked at again by itself".formatted(row.state().code()));
  }

  /** Steps in waves: each app after those it depends on; circles are cut where they are met. */
  private static final class Waves {

    private final Map<AppName, PlannedAction> steps;
    private final Map<AppName, Set<AppName>> needs;
    private final Map<AppName, Integer> depths = new TreeMap<>();

    private Waves(Map<AppName, PlannedAction> steps, Map<AppName, Set<AppName>> needs) {
      this.steps = steps;
      this.needs = needs;
    }

    static List<List<PlannedAction>> of(
        Map<AppName, PlannedAction> steps, Map<AppName, Set<AppName>> needs) {
      var order = new Waves(steps, needs);
      var waves = new ArrayList<List<PlannedAction>>();
      for (PlannedAction planned : steps.values()) {
        int depth = order.depth(planned.app(), new TreeSet<>());
        while (waves.size() <= depth) {
          waves.add(new ArrayList<>());
        }
        waves.get(depth).add(planned);
      }
      return waves;
    }

    private int depth(AppName app, Set<AppName> path) {
      Integer known = depths.get(app);
      if (known != null) {
        return known;
      }
      int depth = 0;
      path.add(app);
      for (AppName needed : needs.getOrDefault(app, Set.of())) {
        if (steps.containsKey(needed) && !path.contains(needed)) {
          depth = Math.max(depth, depth(needed, path) + 1);
        }
      }
      path.remove(app);
      depths.put(app, depth);
      return depth;
    }
  }
}
