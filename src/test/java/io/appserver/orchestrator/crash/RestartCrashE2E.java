package io.appserver.orchestrator.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.e2e.support.App;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Order;

/**
 * Killed at every step of a restart, of a move to another node, and of the comparison at the start
 * of a process with what befell three apps while none ran.
 */
@Order(1)
class RestartCrashE2E extends CrashAtEveryStep {

  @Override
  List<Scenario> scenarios(Site site) {
    App app = site.app("app");
    App second = site.app("second");
    App third = site.app("third");
    site.foreign(app);
    var healthy = Map.of(app, "healthy", second, "healthy", third, "healthy");
    var before = new AtomicLong();
    var run = new AtomicReference<>("");
    return List.of(
        new Scenario(
            "restart",
            life -> {
              healthy.keySet().forEach(each -> life.bring(each, "installed", Map.of()));
              life.settle(healthy);
              site.forgiveRestarts();
              before.set(site.lastHistory());
            },
            life -> site.kill(app),
            healthy,
            // who finds it stopped at its start cannot know why: that costs no restart
            () ->
                assertThat(site.column(app, "restarts"))
                    .isEqualTo(site.tookForFailure(app, before.get()) ? "1" : "0")),
        new Scenario(
            "restart by an operator",
            life -> {
              life.settle(healthy);
              run.set(site.run(app));
            },
            life -> life.signal(app, Cause.RESTART.word()),
            healthy,
            () -> assertThat(site.run(app)).isNotEqualTo(run.get())),
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
            () -> {}),
        move(site, healthy));
  }

  private static Scenario move(Site site, Map<App, String> others) {
    App app = site.app("moving");
    var here = with(others, app, "healthy");
    return new Scenario(
        "move",
        life -> {
          site.bringBack(app);
          life.bring(app, "installed", here);
        },
        life -> {
          site.wishMove(app);
          life.signal(app, Cause.MOVED.word());
        },
        with(others, app, "pending"),
        () -> {
          assertThat(site.column(app, "node")).isEqualTo(Site.FAR);
          assertThat(site.wishedMoves()).isEmpty();
          assertThat(site.signalledFar()).containsExactly(app.name());
        });
  }

  private static Map<App, String> with(Map<App, String> others, App app, String state) {
    var all = new HashMap<>(others);
    all.put(app, state);
    return Map.copyOf(all);
  }
}
