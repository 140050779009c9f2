package io.appserver.orchestrator.convergence.dependency;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.Dependency;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds HARD dependencies that lead back to where they began. */
public final class DependencyCycles {

  private final AppCatalog catalog;

  public DependencyCycles(AppCatalog catalog) {
    this.catalog = catalog;
  }

  /** The circle that is met from there, in full: {@code a -> b -> a}. */
  public Optional<String> from(AppId app) {
    return find(app, new ArrayList<>(List.of(app)), new HashSet<>())
        .map(cycle ->
            cycle.stream().map(id -> nameOf(catalog, id)).collect(Collectors.joining(" -> ")));
  }

  private Optional<List<AppId>> find(AppId from, List<AppId> path, Set<AppId> entered) {
    for (Dependency dependency : catalog.dependencies(from)) {
      if (dependency.kind() != Dependency.Kind.HARD) {
        continue;
      }
      AppId next = dependency.dependsOn();
      int seenAt = path.indexOf(next);
      if (seenAt >= 0) {
        var cycle = new ArrayList<>(path.subList(seenAt, path.size()));
        cycle.add(next);
        return Optional.of(cycle);
      }
      if (entered.add(next)) {
        path.add(next);
        Optional<List<AppId>> found = find(next, path, entered);
        if (found.isPresent()) {
          return found;
        }
        path.removeLast();
      }
    }
    return Optional.empty();
  }

  /** For people, who know apps by their names. */
  static String nameOf(AppCatalog catalog, AppId id) {
    return catalog.find(id).map(found -> found.name().value()).orElse("the app with id " + id);
  }
}
