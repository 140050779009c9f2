package io.appserver.orchestrator.doctor;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.configuration.SettingsReader;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.Config;

/** What is set, and permitted, and still likely a mistake. What is wrong refuses the start. */
@Singleton
final class SettingsCheck implements Check {

  private final Settings settings;
  private final Config config;

  @Inject
  SettingsCheck(Settings settings, Config config) {
    this.settings = settings;
    this.config = config;
  }

  @Override
  public String name() {
    return "settings";
  }

  @Override
  public Finding examine() {
    return judge(
        settings.apps().nodeEnv(),
        settings.database().password().isEmpty(),
        SettingsReader.warnings(config));
  }

  static Finding judge(String nodeEnv, boolean noDatabasePassword, List<String> warnings) {
    List<String> found = new ArrayList<>();
    List<String> cures = new ArrayList<>();
    if (!nodeEnv.equals("production")) {
      found.add("NODE_ENV is %s: apps may try to build their assets, and fail".formatted(nodeEnv));
      cures.add("set NODE_ENV=production or remove it, restart, and redeploy the apps");
    }
    if (noDatabasePassword) {
      found.add("APPSERVER_DB_PASSWORD is not set: apps get no DB_PASSWORD");
      cures.add("set APPSERVER_DB_PASSWORD, restart, and redeploy the apps");
    }
    if (!warnings.isEmpty()) {
      found.addAll(warnings);
      cures.add("correct or remove the variables that have no effect");
    }
    return found.isEmpty()
        ? Finding.ok("settings", "nothing that looks like a mistake").with("NODE_ENV", nodeEnv)
        : Finding.warning("settings", String.join("; ", found), sentence(cures))
            .with("NODE_ENV", nodeEnv);
  }

  private static String sentence(List<String> cures) {
    String all = String.join("; ", cures) + ".";
    return Character.toUpperCase(all.charAt(0)) + all.substring(1);
  }
}
