package io.appserver.orchestrator.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.e2e.support.App;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;

/** What must hold whenever nobody does anything, whatever was done before. */
final class Invariants {

  private final Site site;

  Invariants(Site site) {
    this.site = site;
  }

  void check(Map<App, String> states) {
    var soft = new SoftAssertions();
    states.forEach((app, state) -> {
      if (state.equals("healthy")) {
        runsOnce(soft, app);
      } else {
        soft.assertThat(site.engine.containersOf(app)).as("containers of %s", app).isEmpty();
      }
    });
    long healthy = states.values().stream().filter("healthy"::equals).count();
    soft.assertThat(site.engine.containersOf(site.installation))
        .as("containers of ours")
        .hasSize((int) healthy);
    soft.assertThat(
            site.database.rows(
                "SELECT app_name, verb, target, outcome FROM orchestrator_act WHERE outcome IS NULL OR outcome = 'unanswered'"))
        .as("entries of the journal that nothing came of")
        .isEmpty();
    soft.assertThat(
            site.database.rows(
                "SELECT app_name, verb, target FROM orchestrator_act WHERE begun_at < lease_until IS NOT TRUE"))
        .as("acts that were not begun under a live lease")
        .isEmpty();
    reasons(soft);
    history(soft);
    site.keeping().forEach(app -> keeps(soft, app, states.getOrDefault(app, "")));
    site.foreign()
        .forEach(id ->
            soft.assertThat(
                    site.engine
                        .container(id)
                        .map(c -> c.getState().getRunning() + " " + c.getRestartCount()))
                .as("somebody else's container")
                .contains("true 0"));
    soft.assertAll();
  }

  private void runsOnce(SoftAssertions soft, App app) {
    List<Container> containers = site.engine.containersOf(app);
    soft.assertThat(containers).as("containers of %s", app).hasSize(1);
    soft.assertThat(
            site.engine
                .container(app.container())
                .filter(c -> Boolean.TRUE.equals(c.getState().getRunning()))
                .map(InspectContainerResponse::getId))
        .as("the row's container runs, with the app's name: %s", app)
        .contains(site.column(app, "container_id"));
  }

  private void keeps(SoftAssertions soft, App app, String state) {
    soft.assertThat(site.engine.volume(app.volume())).as("the volume of %s", app).isPresent();
    if (state.equals("healthy")) {
      soft.assertThat(site.engine.execute(app.container(), "cat", "/data/kept").output())
          .as("what is in the volume of %s", app)
          .contains("something");
    }
  }

  /**
   * At the very moment of a kill: whatever is under way will be looked at again, and says why it
   * waits.
   */
  void checkNothingForgotten() {
    var soft = new SoftAssertions();
    reasons(soft);
    soft.assertThat(
            site.database.rows(
                """
                SELECT app_name, state FROM deployments d
                WHERE state NOT IN ('healthy', 'stopped', 'failed') AND NOT EXISTS (
                  SELECT 1 FROM orchestrator_work w WHERE w.app_name = d.app_name AND w.node = d.node
                  AND (w.signal_seq > w.handled_seq OR w.wake_at IS NOT NULL))
                """))
        .as("rows that nobody would look at again")
        .isEmpty();
    soft.assertAll();
  }

  private void reasons(SoftAssertions soft) {
    soft.assertThat(
            site.database.rows(
                """
                SELECT app_name, state FROM deployments d
                WHERE state IN ('failed', 'unhealthy') AND last_written_state = state AND reason_code IS NULL
                """))
        .as("rows without a reason")
        .isEmpty();
  }

  /** Every change of state goes on from the one before it, and is an allowed one. */
  private void history(SoftAssertions soft) {
    var last = new HashMap<String, String>();
    site
        .database
        .rows(
            "SELECT app_id, from_state, to_state FROM orchestrator_history WHERE to_state IS NOT NULL ORDER BY id")
        .stream()
        .map(row -> row.split(" ", -1))
        .forEach(entry -> {
          String app = entry[0];
          if (!entry[1].equals("null")) {
            soft.assertThat(entry[1]).as("goes on from the entry before").isEqualTo(last.get(app));
            soft.assertThat(
                    entry[1].equals(entry[2])
                        || DeploymentState.ofCode(entry[1])
                            .mayBecome(DeploymentState.ofCode(entry[2])))
                .as("%s to %s", entry[1], entry[2])
                .isTrue();
          }
          last.put(app, entry[2]);
        });
    assertThat(last).isNotEmpty();
  }
}
