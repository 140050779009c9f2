package io.appserver.orchestrator.app;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How the platform's tables are. They can be read: else there is no report.
 *
 * @param absent tables that are not there and never were: taken as empty
 * @param settingsDoubt why it is not believed now that all settings are gone
 * @param oddities rows of settings and dependencies that are left out, in words
 */
public record PlatformReport(
    Set<String> absent, PlatformApps apps, Optional<String> settingsDoubt, List<String> oddities) {

  public PlatformReport {
    absent = Set.copyOf(absent);
    oddities = List.copyOf(oddities);
  }

  /** Why apps are not looked after as the platform wants it, in words; empty if they are. */
  public List<String> troubles() {
    var rows =
        apps.unreadable().stream().filter(UnreadableRow::installed).map(UnreadableRow::words);
    return java.util.stream.Stream.concat(rows, settingsDoubt.stream()).toList();
  }
}
