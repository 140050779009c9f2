package io.appserver.orchestrator.supervision.reconcile;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.decide.Answer;
import io.appserver.orchestrator.convergence.decide.Decide;
import io.appserver.orchestrator.convergence.decide.Decision;
import io.appserver.orchestrator.convergence.decide.Desired;
import io.appserver.orchestrator.convergence.decide.Facts;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.decide.Seen;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.supervision.reconcile.PlannedAction.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Says what is to be done on a node: gathers the facts of each app from the snapshot and asks what
 * comes next for it. A pure function: it reads and changes nothing.
 */
final class Planner {

  private final NodeSnapshot snapshot;
  private final Map<AppName, List<Seen>> containers;
  private final Map<AppId, Row> rows = new HashMap<>();
  private final Map<AppName, List<Row>> rowsByName = new HashMap<>();

  private Planner(NodeSnapshot snapshot) {
    this.snapshot = snapshot;
    this.containers =
        snapshot.containers().orElse(List.of()).stream()
            .filter(container -> container.name().isGivenTo(container.labels().appName()))
            .collect(
                groupingBy(container -> container.labels().appName(), mapping(Seen::of, toList())));
    for (Deployment deployment : snapshot.deployments()) {
      Row row = Row.of(deployment);
      rows.putIfAbsent(row.app(), row);
      row.name()
          .ifPresent(name -> rowsByName.computeIfAbsent(name, n -> new ArrayList<>()).add(row));
    }
  }

  static Plan plan(NodeSnapshot snapshot) {
    return new Planner(snapshot).plan();
  }

  private Plan plan() {
    var steps = new TreeMap<AppName, PlannedAction>();
    for (App app : snapshot.installed()) {
      put(steps, app.name(), facts(app));
    }
    for (AppName name : notInstalled(steps.keySet())) {
      Desired desired =
          snapshot.known().contains(name) ? new Desired.NotInstalled() : new Desired.Unknown();
      put(steps, name, facts(name, desired));
    }
    unclear(steps).forEach((name, why) -> put(steps, name, facts(name, new Desired.Unclear(why))));
    return new Plan(Waves.of(steps, snapshot.needs()));
  }

  private static void put(Map<AppName, PlannedAction> steps, AppName name, Facts facts) {
    Decision decision = Decide.decide(facts);
    action(decision)
        .ifPresent(action -> steps.put(name, new PlannedAction(name, action, decision.why())));
  }

  /** Apps that are not installed and may have something here. */
  private Set<AppName> notInstalled(Set<AppName> installed) {
    var names = new TreeSet<>(containers.keySet());
    names.addAll(rowsByName.keySet());
    names.removeAll(installed);
    return names;
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
                .filter(name -> steps.containsKey(name) || rowsByName.containsKey(name))
                .ifPresent(name -> unclear.put(name, row.words())));
    return unclear;
  }

  private Facts facts(App app) {
    Optional<Row> own = Optional.ofNullable(rows.get(app.id()));
    var all = new ArrayList<>(rowsOf(app.name()));
    own.filter(row -> !all.contains(row)).ifPresent(all::add);
    Answer<Spec> spec =
        own.map(row -> Facts.asked(app.name(), snapshot.settingsOf(app.id(), row)))
            .orElseGet(Answer.Unasked::new);
    return facts(app.name(), new Desired.Installed(app), all, spec);
  }

  private Facts facts(AppName name, Desired desired) {
    return facts(name, desired, rowsOf(name), new Answer.Unasked<>());
  }

  private Facts facts(AppName name, Desired desired, List<Row> rows, Answer<Spec> spec) {
    Answer<List<Seen>> seen =
        snapshot.containers().isPresent()
            ? new Answer.Known<>(containers.getOrDefault(name, List.of()))
            : new Answer.Unasked<>();
    return new Facts(
        snapshot.node(),
        desired,
        snapshot.held().contains(name),
        Optional.empty(),
        rows,
        spec,
        seen);
  }

  private List<Row> rowsOf(AppName name) {
    return rowsByName.getOrDefault(name, List.of());
  }

  /** What a decision is called in a plan; nothing if there is nothing to say of the app. */
  private static Optional<Action> action(Decision decision) {
    return switch (decision) {
      case Decision.Gone gone -> Optional.empty();
      case Decision.Keep keep -> Optional.of(Action.KEEP);
      case Decision.Check check -> Optional.of(Action.CHECK);
      case Decision.Rest rest -> Optional.of(Action.REST);
      case Decision.Elsewhere elsewhere -> Optional.of(Action.ELSEWHERE);
      case Decision.Leave leave -> Optional.of(Action.HEED);
      case Decision.Want want -> Optional.of(Action.INSTALL);
      case Decision.Mend mend -> Optional.of(Action.HEED);
      case Decision.Hold hold -> Optional.of(Action.HEED);
      case Decision.Release release -> Optional.of(Action.HEED);
      case Decision.TryAnew anew -> Optional.of(Action.UPDATE);
      case Decision.Update update -> Optional.of(Action.UPDATE);
      case Decision.MakeAnew anew -> Optional.of(Action.RECREATE);
      case Decision.Start start -> Optional.of(Action.START);
      case Decision.AwaitUpdate await -> Optional.of(Action.RESUME);
      case Decision.GoOn on -> Optional.of(Action.RESUME);
      case Decision.Clear clear -> Optional.of(Action.TIDY);
      case Decision.Remove remove -> Optional.of(removal(remove.what()));
    };
  }

  private static Action removal(Decision.Remove.What what) {
    return switch (what) {
      case APP -> Action.REMOVE;
      case ORPHAN -> Action.ORPHAN;
      case PREDECESSOR -> Action.INSTALL;
      case LEFTOVERS -> Action.TIDY;
    };
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
