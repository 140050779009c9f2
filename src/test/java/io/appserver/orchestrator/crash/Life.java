package io.appserver.orchestrator.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** One process after the other at a site: each takes up what the one before it left. */
final class Life {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  final Site site;
  private final Invariants invariants;
  private ChildProcess child;

  Life(Site site) {
    this.site = site;
    this.invariants = new Invariants(site);
    this.child = begin();
  }

  ChildProcess child() {
    return child;
  }

  private ChildProcess begin() {
    ChildProcess next = site.ready();
    site.forgetTheDead();
    next.start();
    await(
        "the start-up reconciliation",
        () -> next.logged().contains("reconciliation (start-up) took"));
    return next;
  }

  /** What the process passes when nothing goes wrong. */
  List<String> points(Scenario scenario) {
    scenario.prepare(this);
    child.fault("KILL@any:0");
    scenario.happen(this);
    settle(scenario.end());
    List<String> passed = child.passed();
    child.fault("");
    check(scenario);
    return passed;
  }

  /**
   * Kills the process at that passage of the scenario, starts the next, and checks what it makes of
   * it.
   *
   * @return whether it came to that
   */
  boolean killedAt(int passage, Scenario scenario) {
    scenario.prepare(this);
    child.fault("KILL@any:" + passage);
    scenario.happen(this);
    await("killed, or over", () -> !child.isAlive() || isSettled(scenario.end()));
    boolean killed = !child.isAlive();
    if (killed) {
      assertThat(child.killed()).as("killed, not ended").isTrue();
      child = begin();
    } else {
      child.fault("");
    }
    settle(scenario.end());
    check(scenario);
    return killed;
  }

  private void check(Scenario scenario) {
    invariants.check(scenario.end());
    scenario.check(this);
  }

  /** Waits until the apps are in these states and nobody does anything any more. */
  void settle(Map<App, String> states) {
    await("settled " + states, () -> isSettled(states));
  }

  private boolean isSettled(Map<App, String> states) {
    return states.entrySet().stream()
            .allMatch(app -> site.column(app.getKey(), "state").equals(app.getValue()))
        && site.database
            .rows(
                "SELECT 1 FROM orchestrator_work WHERE signal_seq > handled_seq OR lease_owner IS NOT NULL")
            .isEmpty();
  }

  private void await(String what, java.util.concurrent.Callable<Boolean> condition) {
    try {
      Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(30)).until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "%s\n%s\n%s".formatted(e.getMessage(), site.told(), child == null ? "" : child.logged()),
          e);
    }
  }
}
