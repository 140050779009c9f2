package io.appserver.orchestrator.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** One process after the other at a site: each takes up what the one before it left. */
final class Life {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration BEAT = Duration.ofMillis(50);

  private final Site site;
  private final Invariants invariants;
  private ChildProcess child;
  private String plan = "";

  /** More passages than there are; another number each time, as a new plan is counted anew. */
  private int never = 1_000_000;

  Life(Site site) {
    this.site = site;
    this.invariants = new Invariants(site);
    this.child = begin(site.pioneer());
    awaitReconciled();
  }

  private ChildProcess next() {
    return begin(site.ready());
  }

  private ChildProcess begin(ChildProcess next) {
    site.forgetTheDead();
    next.fault(plan);
    next.start();
    return next;
  }

  private void awaitReconciled() {
    await(
        "the start-up reconciliation",
        () -> child.logged().contains("reconciliation (start-up) took"));
  }

  /** Ends the process in order and begins with another. */
  void anotherProcess() {
    child.stop();
    child = next();
    awaitReconciled();
  }

  /** Does something while no process runs; what has been planned befalls the one after that. */
  void whileDead(Runnable something) {
    child.kill();
    something.run();
    child = next();
  }

  void signal(App app, String cause) {
    child.signal(app.name(), cause);
  }

  /** Has the platform say so of the app, and waits until that is done; at once if it is. */
  void bring(App app, String wanted, Map<App, String> states) {
    site.set(app, wanted);
    signal(app, "prepared");
    settle(states);
  }

  /** What the process passes when nothing goes wrong. */
  List<String> points(Scenario scenario) {
    scenario.prepare(this);
    planned("KILL@any:" + never++);
    scenario.happen(this);
    settle(scenario.end());
    List<String> passed = child.passed();
    planned("");
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
    if (!child.isAlive()) { // the test before this one failed
      plan = "";
      child = next();
      awaitReconciled();
    }
    scenario.prepare(this);
    planned("KILL@any:" + passage);
    scenario.happen(this);
    await("it is killed, or the end", () -> !child.isAlive() || isSettled(scenario.end()));
    plan = "";
    boolean killed = !child.isAlive();
    if (killed) {
      assertThat(child.killed()).as("killed, not ended").isTrue();
      invariants.checkNothingForgotten();
      child = next();
      awaitReconciled();
    } else {
      planned("");
    }
    settle(scenario.end());
    check(scenario);
    return killed;
  }

  private void planned(String fault) {
    plan = fault;
    child.fault(fault);
  }

  private void check(Scenario scenario) {
    try {
      invariants.check(scenario.end());
      scenario.check();
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + known(), e);
    }
  }

  /** Waits until the apps are in these states and nobody does anything any more. */
  void settle(Map<App, String> states) {
    await("settled as " + states, () -> isSettled(states));
  }

  private boolean isSettled(Map<App, String> states) {
    return states.entrySet().stream().allMatch(app -> is(app.getKey(), app.getValue()))
        && site.database
            .rows(
                """
                SELECT 1 FROM orchestrator_work
                WHERE node = '%s' AND (signal_seq > handled_seq OR lease_expires > clock_timestamp())
                """
                    .formatted(Child.NODE))
            .isEmpty();
  }

  private boolean is(App app, String state) {
    return site.column(app, "state").equals(state) && (!state.equals("healthy") || site.runs(app));
  }

  private void await(String what, Callable<Boolean> condition) {
    try {
      Awaitility.await(what).atMost(PATIENCE).pollInterval(BEAT).until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + "\n" + known(), e);
    }
  }

  private String known() {
    return site.told() + "\n" + child.logged();
  }
}
