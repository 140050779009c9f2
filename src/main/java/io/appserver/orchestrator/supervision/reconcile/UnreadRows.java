package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.UnreadableRow;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says once of each doubt about the platform's tables that there is one, and that it is over. */
final class UnreadRows {

  private static final Logger LOG = Logger.getLogger(UnreadRows.class.getName());

  /** Enough to see what kind they are. */
  private static final int SHOWN = 5;

  private Set<String> told = Set.of();
  private volatile String trouble = "";

  void note(NodeSnapshot snapshot) {
    var now = new LinkedHashSet<String>();
    snapshot.settingsTrouble().ifPresent(now::add);
    snapshot.unreadable().forEach(row -> now.add(row.words()));
    now.stream()
        .filter(words -> !told.contains(words))
        .forEach(words -> LOG.warning(() -> words + "; its app is left as it is"));
    if (now.isEmpty() && !told.isEmpty()) {
      LOG.info("all rows of the platform's tables can be read again");
    }
    told = now;
    Set<AppName> deployed =
        snapshot.deployments().stream()
            .flatMap(deployment -> deployment.appName().stream())
            .collect(Collectors.toSet());
    trouble =
        Stream.concat(
                snapshot.settingsTrouble().stream(),
                snapshot.unreadable().stream()
                    .filter(row -> concerns(row, deployed))
                    .map(UnreadableRow::words))
            .limit(SHOWN)
            .collect(Collectors.joining("; "));
  }

  /** Whether something runs, or should, for which the row may be. */
  private static boolean concerns(UnreadableRow row, Set<AppName> deployed) {
    return row.installed() || row.name().filter(deployed::contains).isPresent();
  }

  /** What apps are left as they are for; empty if none is. */
  String trouble() {
    return trouble;
  }
}
