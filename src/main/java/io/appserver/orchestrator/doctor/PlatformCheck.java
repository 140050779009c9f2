package io.appserver.orchestrator.doctor;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.PlatformReport;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.app.UnreadableRow;
import io.appserver.orchestrator.configuration.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/** Whether the platform's tables say what should run. */
@Singleton
final class PlatformCheck implements Check {

  private static final String ROWS_CURE =
      "Put the rows right: an id is a UUID of one app, a name lower-case letters and digits joined by single dots, underscores or dashes, a state one of the platform's words (installed, registered, unregistered, uninstalled). Until then their apps are left as they are, and no app without a row is removed.";

  /** Enough to see what kind they are. */
  private static final int SHOWN = 5;

  private final AppCatalog catalog;
  private final String schema;

  @Inject
  PlatformCheck(AppCatalog catalog, Settings settings) {
    this.catalog = catalog;
    this.schema = settings.database().schema();
  }

  @Override
  public String name() {
    return "platform";
  }

  @Override
  public Finding examine() {
    try {
      PlatformReport report = catalog.report();
      catalog.settings();
      catalog.allDependencies();
      return judge(report);
    } catch (PlatformUnavailableException e) {
      return unreadable(String.valueOf(e.getMessage()));
    }
  }

  Finding unreadable(String words) {
    return Finding.failed(
        "platform",
        words,
        "If AppServer changes its tables now, wait for its end. Else start AppServer, which makes them, or correct APPSERVER_DB_SCHEMA. The login needs: `GRANT USAGE ON SCHEMA %1$s TO <user>; GRANT SELECT ON %1$s.apps, %1$s.settings, %1$s.dependencies TO <user>`. The columns must be id, name and state of apps; app_id, key and value of settings; app_id, depends_on_app_id and kind of dependencies. Rows of settings and dependencies must name apps by their ids: put right those that do not, or, if they are of nobody, have them believed by `UPDATE %1$s.orchestrator_platform_table SET filled_as = NULL WHERE name = '<table>'`. A table that is gone for good is taken as empty after `DELETE FROM %1$s.orchestrator_platform_table WHERE name = '<table>'`. Nothing is changed while this is not so."
            .formatted(schema));
  }

  Finding judge(PlatformReport report) {
    String what =
        "%d apps are installed in %s.apps".formatted(report.apps().installed().size(), schema);
    if (report.settingsDoubt().isPresent()) {
      return Finding.failed(
          "platform",
          report.settingsDoubt().get(),
          "If the table is being restored, wait. If the settings were removed on purpose, wait too, or have it believed at once by `UPDATE %s.orchestrator_platform_table SET filled_as = NULL WHERE name = 'settings'`."
              .formatted(schema));
    }
    List<String> rows =
        Stream.concat(
                report.apps().unreadable().stream().map(UnreadableRow::words),
                report.apps().doubled().stream()
                    .map(
                        "several rows of apps have the name %s and are installed; the first by id counts"
                            ::formatted))
            .toList();
    if (!report.troubles().isEmpty()) {
      return Finding.failed("platform", what + "; " + some(rows), ROWS_CURE);
    }
    if (!rows.isEmpty() || !report.oddities().isEmpty()) {
      List<String> all = Stream.concat(rows.stream(), report.oddities().stream()).toList();
      return Finding.warning("platform", what + "; " + some(all), ROWS_CURE);
    }
    return report.absent().isEmpty()
        ? Finding.ok("platform", what)
        : Finding.warning(
            "platform",
            what
                + "; taken as empty, because they never were there: "
                + String.join(", ", report.absent()),
            "If AppServer has apps with settings or dependencies, have it make the tables; without them every app runs with the defaults and in any order.");
  }

  private static String some(List<String> words) {
    String first = String.join("; ", words.subList(0, Math.min(SHOWN, words.size())));
    return words.size() > SHOWN ? first + "; and %d more".formatted(words.size() - SHOWN) : first;
  }
}
