package io.appserver.orchestrator.supervision;

import static java.util.stream.Collectors.groupingBy;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.container.ListedContainer;
import io.appserver.orchestrator.container.ObservedContainer.Status;
import io.appserver.orchestrator.convergence.SpecHash;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.FailureCode;
import io.appserver.orchestrator.supervision.Step.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares what should be with what is. A pure function: it reads and changes nothing. */
final class Planner {

  private final Overview overview;
  private final Map<AppName, List<ListedContainer>> containers;
  private final Map<AppId, Deployment> rows = new HashMap<>();
  private final Map<String, List<Deployment>> rowsByName = new HashMap<>();

  private Planner(Overview overview) {
    this.overview = overview;
    this.containers =
        overview.containers().orElse(List.of()).stream()
            .filter(container -> container.name().isGivenTo(container.labels().appName()))
            .collect(groupingBy(container -> container.labels().appName()));
    for (Deployment row : overview.deployments()) {
      rows.putIfAbsent(row.appId(), row);
      rowsByName.computeIfAbsent(row.appName(), name -> new ArrayList<>()).add(row);
    }
  }

  static Plan plan(Overview overview) {
    return new Planner(overview).plan();
  }

  private Plan plan() {
    var steps = new TreeMap<AppName, Step>();
    for (App app : overview.installed()) {
      steps.put(app.name(), wanted(app));
    }
    unwanted(steps).forEach(name -> steps.put(name, notWanted(name)));
    unclear(steps).forEach((name, why) -> steps.put(name, leftAsItIs(name, why)));
    return new Plan(Waves.of(steps, overview.needs()));
  }

  /** Apps that are not installed and have something here. */
  private Set<AppName> unwanted(Map<AppName, Step> wanted) {
    var names = new TreeSet<>(containers.keySet());
    overview.deployments().stream()
        .filter(d -> isHere(d) && d.state() != DeploymentState.STOPPED)
        .map(d -> AppName.parse(d.appName()))
        .flatMap(Optional::stream)
        .forEach(names::add);
    names.removeAll(wanted.keySet());
    return names;
  }

  private Step notWanted(AppName name) {
    return overview.known().contains(name)
        ? new Step(name, Action.REMOVE, "the platform has it as not installed")
        : new Step(name, Action.ORPHAN, "the platform has no such app");
  }

  /** Apps of which it is not known whether they should run, with why not. */
  private Map<AppName, String> unclear(Map<AppName, Step> steps) {
    var unclear = new TreeMap<AppName, String>();
    if (!overview.unreadable().isEmpty()) {
      steps.values().stream()
          .filter(step -> step.action() == Action.ORPHAN)
          .forEach(step -> unclear.put(step.app(), "may be meant by a row that cannot be read"));
    }
    overview
        .unreadable()
        .forEach(row ->
            row.name()
                .filter(name -> steps.containsKey(name) || rowsByName.containsKey(name.value()))
                .ifPresent(name -> unclear.put(name, row.words())));
    return unclear;
  }

  /** What runs is watched on. */
  private Step leftAsItIs(AppName name, String why) {
    boolean healthy =
        rowsByName.getOrDefault(name.value(), List.of()).stream()
            .anyMatch(row -> isHere(row) && row.state() == DeploymentState.HEALTHY);
    return new Step(name, healthy ? Action.KEEP : Action.REST, "is left as it is: " + why);
  }

  private Step wanted(App app) {
    Optional<Deployment> row = Optional.ofNullable(rows.get(app.id()));
    List<ListedContainer> owned = containers.getOrDefault(app.name(), List.of());
    if (row.filter(d -> !isHere(d)).isPresent()) {
      return owned.isEmpty()
          ? new Step(app.name(), Action.ELSEWHERE, "is on node " + row.get().node().orElse("?"))
          : new Step(app.name(), Action.TIDY, "is on another node, and left containers here");
    }
    boolean predecessor =
        rowsByName.getOrDefault(app.name().value(), List.of()).stream()
            .anyMatch(d ->
                !d.appId().equals(app.id()) && isHere(d) && d.state() != DeploymentState.STOPPED);
    if (row.isEmpty() || row.get().state() == DeploymentState.STOPPED || predecessor) {
      return new Step(app.name(), Action.INSTALL, "is installed, and was not deployed yet");
    }
    return deployed(app, row.get(), owned);
  }

  private boolean isHere(Deployment deployment) {
    return deployment.node().isEmpty() || deployment.node().get().equals(overview.node());
  }

  private Step deployed(App app, Deployment row, List<ListedContainer> owned) {
    AppName name = app.name();
    if (row.changedByHand()) {
      return new Step(name, Action.HEED, "its row was set to %s by hand".formatted(row.state()));
    }
    if (!row.appName().equals(name.value())) {
      return new Step(name, Action.HEED, "its row has another name");
    }
    boolean marked = row.reasonCode().filter(FailureCode.HELD.code()::equals).isPresent();
    boolean held = overview.held().contains(name);
    if (held != marked) {
      return new Step(name, Action.HEED, held ? "is to be held" : "was released");
    }
    if (held) {
      return owned.stream().anyMatch(c -> c.status() == Status.RUNNING)
          ? new Step(name, Action.HEED, "is held, and runs")
          : new Step(name, Action.REST, "is held");
    }
    boolean changed = !waitsForTables(row) && settingsChanged(app, row);
    return switch (row.state()) {
      case FAILED ->
          changed
              ? new Step(name, Action.UPDATE, "its settings changed since it failed")
              : failed(name, row, owned);
      case HEALTHY ->
          changed
              ? new Step(name, Action.UPDATE, "its settings changed")
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
    Map<String, String> stored = overview.settings().getOrDefault(app.id(), Map.of());
    if (overview.settingsDoubt().isPresent()
        && AppSettings.areAbsent(stored)
        && row.hadSettings(SpecHash.NONE)) {
      return false;
    }
    return switch (AppSettings.parse(stored)) {
      case AppSettings.Valid valid ->
          isOther(row, SpecHash.of(valid.settings()))
              || differs(row.healthHash(), SpecHash.ofHealth(valid.settings()));
      case AppSettings.Invalid invalid -> isOther(row, "");
    };
  }

  private static boolean isOther(Deployment row, String now) {
    return differs(row.specHash(), now) && row.rejectedSpecHash().filter(now::equals).isEmpty();
  }

  private Step healthy(AppName name, Deployment row, List<ListedContainer> owned) {
    if (overview.containers().isEmpty()) {
      return new Step(name, Action.KEEP, "is healthy by its row");
    }
    Optional<ListedContainer> recorded =
        owned.stream()
            .filter(c -> row.containerId().equals(Optional.of(c.id().value())))
            .findFirst();
    if (recorded.isEmpty()) {
      return new Step(name, Action.RECREATE, "its container is gone");
    }
    if (recorded.get().status() != Status.RUNNING) {
      return new Step(
          name,
          Action.START,
          "its container is " + recorded.get().status().name().toLowerCase(Locale.ROOT));
    }
    if (owned.size() > 1) {
      return new Step(name, Action.TIDY, "has %d containers".formatted(owned.size()));
    }
    if (recorded.get().unhealthy()) {
      return new Step(name, Action.CHECK, "its own health check says that it is not well");
    }
    return new Step(name, Action.KEEP, "runs");
  }

  /** Its own container may be left, for its log. */
  private static Step failed(AppName name, Deployment row, List<ListedContainer> owned) {
    boolean left =
        owned.stream()
            .anyMatch(c ->
                c.status() == Status.RUNNING
                    || !(row.containerId().equals(Optional.of(c.id().value()))
                        || row.previousContainerId().equals(Optional.of(c.id().value()))));
    return left
        ? new Step(name, Action.TIDY, "failed, and left something behind")
        : new Step(name, Action.REST, "failed: " + row.reasonCode().orElse("?"));
  }

  /** Without a list of containers, what is under way is left to its own next look. */
  private Step underWay(AppName name, Deployment row, boolean changed) {
    if (changed && row.nextLookAt().isPresent()) {
      return new Step(name, Action.UPDATE, "its settings changed while it waits");
    }
    return overview.containers().isPresent()
        ? new Step(name, Action.RESUME, "is " + row.state().code())
        : new Step(
            name,
            Action.REST,
            "is %s, and looked at again by itself".formatted(row.state().code()));
  }

  /** Steps in waves: each app after those it depends on; circles are cut where they are met. */
  private static final class Waves {

    private final Map<AppName, Step> steps;
    private final Map<AppName, Set<AppName>> needs;
    private final Map<AppName, Integer> depths = new TreeMap<>();

    private Waves(Map<AppName, Step> steps, Map<AppName, Set<AppName>> needs) {
      this.steps = steps;
      this.needs = needs;
    }

    static List<List<Step>> of(Map<AppName, Step> steps, Map<AppName, Set<AppName>> needs) {
      var order = new Waves(steps, needs);
      var waves = new ArrayList<List<Step>>();
      for (Step step : steps.values()) {
        int depth = order.depth(step.app(), new TreeSet<>());
        while (waves.size() <= depth) {
          waves.add(new ArrayList<>());
        }
        waves.get(depth).add(step);
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
