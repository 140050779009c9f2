package io.appserver.orchestrator.convergence.work;

import io.appserver.orchestrator.app.AppName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts apps behind those they depend on SOFTly, where both are there to be ordered. A circle is cut
 * where it is met.
 */
public final class DependencyOrder {

  private DependencyOrder() {}

  public static List<AppName> of(List<AppName> apps, Map<AppName, Set<AppName>> dependencies) {
    Set<AppName> due = new LinkedHashSet<>(apps);
    Set<AppName> entered = new LinkedHashSet<>();
    List<AppName> ordered = new ArrayList<>();
    for (AppName app : apps) {
      visit(app, due, dependencies, entered, ordered);
    }
    return ordered;
  }

  private static void visit(
      AppName app,
      Set<AppName> due,
      Map<AppName, Set<AppName>> dependencies,
      Set<AppName> entered,
      List<AppName> ordered) {
    if (!due.contains(app) || !entered.add(app)) {
      return;
    }
    for (AppName needed : dependencies.getOrDefault(app, Set.of())) {
      visit(needed, due, dependencies, entered, ordered);
    }
    ordered.add(app);
  }
}
