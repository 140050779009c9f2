package io.appserver.orchestrator.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.RegistryDoor.SlowLine;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two instances of one node: what becomes of an app when the one that works on it does not go on.
 */
@Tag("soak")
class TakeOverE2E {

  private static final Logger LOG = Logger.getLogger(TakeOverE2E.class.getName());

  private Site site;
  private Invariants invariants;
  private ChildProcess first;
  private App app;

  @BeforeEach
  void startTheFirst() {
    site = new Site("TakeOverE2E");
    invariants = new Invariants(site);
    app = site.app("app");
    site.foreign(app);
    first = site.ready();
    first.start();
  }

  @AfterEach
  void close() {
    site.close();
  }

  private static void until(String what, Callable<Boolean> condition) {
    await(what).pollInterval(Duration.ofMillis(20)).until(condition);
  }

  private void install() {
    site.set(app, "installed");
    first.signal(app.name(), Cause.INSTALLED.word());
  }

  /** The first is in the middle of an installation, and cannot get any further. */
  private SlowLine installSlowly() {
    SlowLine line = site.registry.door().slowDown(app);
    site.unknownImage(app);
    install();
    until("it is being pulled", line::begun);
    return line;
  }

  /** The first is held at that point of an installation, before there is a second. */
  private void installUntilHeldAt(String point) {
    first.fault("STOP@%s:1".formatted(point));
    install();
    until("it is held", () -> first.passed().contains(point + ":1"));
  }

  private ChildProcess second() {
    ChildProcess second = site.ready();
    second.start();
    return second;
  }

  private String owner() {
    return site.lease(app, "lease_owner");
  }

  private long fence() {
    return Long.parseLong(site.lease(app, "fence"));
  }

  private void awaitHealthyOnce() {
    until(
        "it is healthy",
        () ->
            site.column(app, "state").equals("healthy")
                && site.runs(app)
                && owner().equals("null"));
    invariants.check(Map.of(app, "healthy"));
  }

  @Test
  void theSecondGoesOnAfterAKill() {
    first.fault("KILL@create.opened:1");
    SlowLine line = installSlowly();
    second();
    String killed = owner();
    line.speedUp();
    first.awaitEnd();

    Instant dead = Instant.now();
    until("it is taken over", () -> !owner().equals(killed));
    Duration took = Duration.between(dead, Instant.now());
    LOG.info(() -> "taken over %d ms after the kill".formatted(took.toMillis()));
    assertThat(first.killed()).isTrue();
    awaitHealthyOnce();
  }

  @Test
  void whoSleptLongerThanItsLeaseBeginsNoAct() {
    installUntilHeldAt("create.opened");
    String held = owner();
    long fence = fence();
    second();
    until("it is taken over", () -> !owner().equals(held));
    awaitHealthyOnce();
    String container = site.column(app, "container_id");
    int acts = site.acts("fence <= " + fence);

    first.send("CONT");
    until("it has given up", () -> first.logged().contains("is left as it is"));
    assertThat(site.acts("fence <= %d AND outcome = 'done' AND verb = 'create'".formatted(fence)))
        .isZero();
    assertThat(site.acts("fence <= " + fence)).as("acts of the sleeper").isEqualTo(acts);
    assertThat(site.column(app, "container_id")).isEqualTo(container);
    invariants.check(Map.of(app, "healthy"));
  }

  @Test
  void anActThatComesLateChangesNothingThatCounts() {
    installUntilHeldAt("create.asked");
    String held = owner();
    second();
    until("it is taken over", () -> !owner().equals(held));
    awaitHealthyOnce();
    String container = site.column(app, "container_id");

    first.send("CONT");
    until("it has given up", () -> first.logged().contains("is left as it is"));
    assertThat(site.column(app, "container_id")).isEqualTo(container);
    awaitHealthyOnce();
  }

  @Test
  void whoStopsInOrderHandsOverAtOnceThoughAPullHangs() {
    SlowLine line = installSlowly();
    second();
    String stopped = owner();

    Instant asked = Instant.now();
    first.stop();
    Duration took = Duration.between(asked, Instant.now());
    assertThat(owner()).as("the lease is given back, not waited for").isNotEqualTo(stopped);
    until("it is taken over", () -> !owner().equals(stopped) && !owner().equals("null"));
    Duration until = Duration.between(asked, Instant.now());
    LOG.info(() ->
        "stopped after %d ms, taken over after %d ms".formatted(took.toMillis(), until.toMillis()));
    line.speedUp();
    awaitHealthyOnce();
  }
}
