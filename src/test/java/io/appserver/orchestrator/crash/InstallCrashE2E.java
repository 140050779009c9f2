package io.appserver.orchestrator.crash;

import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.e2e.support.App;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;

/** Killed at every step of an installation and of an uninstallation. */
@Order(1)
class InstallCrashE2E extends CrashAtEveryStep {

  @Override
  List<Scenario> scenarios(Site site) {
    App base = site.app("base");
    App app = site.app("app");
    site.foreign(app);
    site.dependsHard(app, base);
    site.setting(app, "docker.volume.path", "/data");
    var installed = Map.of(app, "healthy", base, "healthy");
    var uninstalled = Map.of(app, "stopped", base, "healthy");
    return List.of(
        new Scenario(
            "install",
            life -> {
              life.bring(base, "installed", Map.of(base, "healthy"));
              life.bring(app, "registered", Map.of(base, "healthy"));
            },
            life -> {
              site.set(app, "installed");
              life.signal(app, Cause.INSTALLED.word());
            },
            installed,
            () -> {}),
        new Scenario(
            "uninstall",
            life -> {
              life.bring(app, "installed", installed);
              site.keepSomething(app);
            },
            life -> {
              site.set(app, "registered");
              life.signal(app, Cause.UNINSTALLED.word());
            },
            uninstalled,
            () -> {}));
  }
}
