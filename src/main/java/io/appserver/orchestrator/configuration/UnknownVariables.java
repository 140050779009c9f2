package io.appserver.orchestrator.configuration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * Finds variables whose names look like settings and are none. Those with a prefix that is ours
 * alone are always named; others, which the platform or an app may know ({@code
 * APPSERVER_EVENTBUS_*}), only if they are all but spelt like one of ours.
 */
final class UnknownVariables {

  private static final List<String> OUR_PREFIXES =
      List.of("APPSERVER_DOCKER_", "APPSERVER_RECONCILE_", "APPSERVER_ORCHESTRATOR_");

  private UnknownVariables() {}

  static List<String> warnings(SortedSet<String> present, Set<String> known) {
    var warnings = new ArrayList<String>();
    for (String name : present) {
      String upper = name.toUpperCase(Locale.ROOT);
      if (known.contains(name) || !upper.startsWith("APPSERVER_")) {
        continue;
      }
      Optional<String> meant = meant(upper, known);
      if (meant.isPresent()) {
        warnings.add(
            "%s is not a setting of the orchestrator and has no effect on it: is %s meant?"
                .formatted(name, meant.get()));
      } else if (OUR_PREFIXES.stream().anyMatch(upper::startsWith)) {
        warnings.add(
            "%s is not a setting of the orchestrator and has no effect on it".formatted(name));
      }
    }
    return List.copyOf(warnings);
  }

  private static Optional<String> meant(String name, Set<String> known) {
    String withDocker = name.replaceFirst("^APPSERVER_", "APPSERVER_DOCKER_");
    if (known.contains(withDocker)) {
      return Optional.of(withDocker);
    }
    // In a short name two letters make another word: DB_POOL is no misspelt DB_PORT.
    int most = name.length() < "APPSERVER_".length() + 10 ? 1 : 2;
    return known.stream()
        .filter(candidate -> distance(name, candidate) <= most)
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)));
  }

  /** How many letters to insert, drop or replace (Levenshtein). */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
