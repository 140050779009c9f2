package io.appserver.orchestrator.crash;

import io.appserver.orchestrator.convergence.Cause;
import io.appserver.orchestrator.e2e.support.App;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/**
 * Killed at every step of a restart, and of the comparison at the start of a process with what
 * befell three apps while none ran.
 */
@Tag("soak")
class RestartCrashE2E extends CrashAtEveryStep {

  @Override
  List<Scenario> scenarios(Site site) {
    App app = site.app("app");
    App second = site.app("second");
    App third = site.app("third");
    site.foreign(app);
    var healthy = Map.of(app, "healthy", second, "healthy", third, "healthy");
    return List.of(
        new Scenario(
            "restart",
            life -> {
              healthy.keySet().forEach(each -> life.bring(each, "installed", Map.of()));
              life.settle(healthy);
              site.forgiveRestarts();
            },
            life -> site.kill(app),
            healthy,
            () -> {}),
        new Scenario(
            "restart by an operator",
            life -> life.settle(healthy),
            life -> life.signal(app, Cause.RESTART.word()),
            healthy,
            () -> {}),
        new Scenario(
            "reconcile",
            life -> life.settle(healthy),
            life ->
                life.whileDead(() -> {
                  site.engine.remove(app.container());
                  site.kill(second);
                  site.database.execute(
                      "UPDATE deployments SET state = 'failed' WHERE app_id = '%s'"
                          .formatted(third.id()));
                }),
            healthy,
            () -> {}));
  }
}
