package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.supervision.reconcile.PlannedAction.Action;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is to be done on a node.
 *
 * @param waves the steps; an app comes in a later wave than those it depends on
 */
public record Plan(List<List<PlannedAction>> waves) {

  public Plan {
    waves = waves.stream().map(List::copyOf).toList();
  }

  public List<PlannedAction> steps() {
    return waves.stream().flatMap(List::stream).toList();
  }

  /** Those that call for a look. */
  List<PlannedAction> work() {
    return steps().stream().filter(step -> step.action().isWork()).toList();
  }

  /** The apps for which there is that to do. */
  public List<AppName> of(Action action) {
    return steps().stream()
        .filter(step -> step.action() == action)
        .map(PlannedAction::app)
        .toList();
  }

  /** How many apps there are of each kind. */
  public Map<Action, Long> counts() {
    return steps().stream()
        .collect(
            Collectors.groupingBy(
                PlannedAction::action, () -> new EnumMap<>(Action.class), Collectors.counting()));
  }

  /** In words: {@code 198 keep, 2 start}. */
  public String summary() {
    return steps().isEmpty()
        ? "no apps"
        : counts().entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey().name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
  }
}
