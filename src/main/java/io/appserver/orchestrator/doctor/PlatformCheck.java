package io.appserver.orchestrator.doctor;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import java.util.Set;

/** Whether the platform's tables say what should run. */
final class PlatformCheck implements Check {

  private final AppCatalog catalog;
  private final String schema;

  PlatformCheck(AppCatalog catalog, String schema) {
    this.catalog = catalog;
    this.schema = schema;
  }

  @Override
  public String name() {
    return "platform";
  }

  @Override
  public Finding examine() {
    try {
      Set<String> missing = catalog.missingTables();
      if (missing.contains("apps")) {
        return Finding.failed(
            "platform",
            "the table %s.apps is not there".formatted(schema),
            "Start AppServer, which makes it, or correct APPSERVER_DB_SCHEMA.");
      }
      int installed = catalog.installed().size();
      catalog.settings();
      catalog.allDependencies();
      return judge(installed, missing);
    } catch (PlatformUnavailableException e) {
      return unreadable(String.valueOf(e.getMessage()));
    }
  }

  Finding unreadable(String words) {
    return Finding.failed(
        "platform",
        words,
        "The login needs: `GRANT USAGE ON SCHEMA %1$s TO <user>; GRANT SELECT ON %1$s.apps, %1$s.settings, %1$s.dependencies TO <user>`. The columns must be id, name and state of apps; app_id, key and value of settings; app_id, depends_on_app_id and kind of dependencies. Nothing is changed while this is not so."
            .formatted(schema));
  }

  Finding judge(int installed, Set<String> missing) {
    String what = "%d apps are installed in %s.apps".formatted(installed, schema);
    return missing.isEmpty()
        ? Finding.ok("platform", what)
        : Finding.warning(
            "platform",
            what + "; taken as empty, because they are not there: " + String.join(", ", missing),
            "If AppServer has apps with settings or dependencies, have it make the tables; without them every app runs with the defaults and in any order.");
  }
}
