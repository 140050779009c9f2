package io.appserver.orchestrator.convergence.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.jpa.JdbcHeartbeat;
import io.appserver.orchestrator.convergence.jpa.JpaWorkStore;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.WorkStore.ActOutcome;
import io.appserver.orchestrator.testing.TestDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signals, leases and the journal on the real database. */
class WorkStoreE2E {

  private static final AppName APP = new AppName("todos");
  private static final Duration TTL = Duration.ofSeconds(12);

  private final UUID one = UUID.randomUUID();
  private final UUID two = UUID.randomUUID();
  private static TestDatabase database;
  private WorkStore work;

  @BeforeAll
  static void prepare() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void end() {
    database.close();
  }

  @BeforeEach
  void open() {
    database.clear();
    database.execute("INSERT INTO orchestrator_node (name, engine_id) VALUES ('node', 'fake')");
    work = database.transactional(WorkStore.class, new JpaWorkStore(database.entities()));
    work.signal("node", APP, Cause.INSTALLED);
  }

  @Test
  void signalsAreNumberedAndTheirCausesKeptUntilHandled() {
    assertThat(work.signal("node", APP, Cause.DEPENDENCY).seq()).isEqualTo(2);
    assertThat(work.signal("node", APP, Cause.DEPENDENCY).seq()).isEqualTo(3);
    Claim claim = claim(one);
    assertThat(claim.signalSeq()).isEqualTo(3);
    assertThat(claim.causes()).isEqualTo("app.installed, dependency");
    assertThat(claim.renews()).isTrue();

    assertThat(work.handled(claim.lease(), 3, Optional.empty())).isFalse();
    work.signal("node", APP, Cause.START_UP);
    Claim next = claim(one);
    assertThat(next.causes()).isEqualTo("start-up");
    assertThat(next.renews()).isFalse();
  }

  @Test
  void signalDuringALookIsRemembered() {
    Claim claim = claim(one);
    work.signal("node", APP, Cause.UNINSTALLED);

    assertThat(work.handled(claim.lease(), claim.signalSeq(), Optional.empty())).isTrue();
    assertThat(work.due("node", one).apps()).containsOnlyKeys(APP);
    work.check(claim.lease()); // it goes on
  }

  @Test
  void theLeaseIsGivenBackWithTheLastThingThatIsHandled() {
    Claim claim = claim(one);

    assertThat(work.handled(claim.lease(), claim.signalSeq(), Optional.empty())).isFalse();

    assertThatThrownBy(() -> work.check(claim.lease())).isInstanceOf(LeaseLostException.class);
    assertThat(work.claim("node", APP, two, TTL, 0)).isPresent();
  }

  @Test
  void howLongItIsUntilTheNextWakeUpIsTold() {
    assertThat(work.due("node", one).next()).isEmpty();
    Claim claim = claim(one);
    work.handled(claim.lease(), claim.signalSeq(), Optional.of(Duration.ofHours(1)));

    DueWork later = work.due("node", one);
    assertThat(later.apps()).isEmpty();
    assertThat(later.next().orElseThrow()).isPositive().isLessThanOrEqualTo(Duration.ofHours(1));

    work.signal("node", APP, Cause.UNINSTALLED);
    DueWork signalled = work.due("node", one);
    assertThat(signalled.apps()).containsOnlyKeys(APP);
    assertThat(signalled.next()).isEmpty();
  }

  @Test
  void aCauseThatWasHandledIsNotTakenUpAgain() {
    Claim claim = claim(one);
    work.signal("node", APP, Cause.DEPENDENCY);
    work.handled(claim.lease(), claim.signalSeq(), Optional.empty());
    assertThat(work.refresh(claim.lease()).causes()).isEqualTo("dependency");
  }

  @Test
  void aCauseGivenAgainMeanwhileIsTakenUpAgain() {
    Claim claim = claim(one);
    work.signal("node", APP, Cause.INSTALLED);
    work.handled(claim.lease(), claim.signalSeq(), Optional.empty());
    assertThat(work.refresh(claim.lease()).causes()).isEqualTo("app.installed");
  }

  @Test
  void leaseHasOneHolderAndEachHasAGreaterFence() {
    Claim first = claim(one);
    assertThat(work.claim("node", APP, two, TTL, 0)).isEmpty();
    assertThat(work.due("node", two).apps()).isEmpty();

    work.release(first.lease());
    Claim second = claim(two);
    assertThat(second.lease().fence()).isGreaterThan(first.lease().fence());
    assertThat(work.claim("node", APP, one, TTL, 0)).isEmpty();
  }

  @Test
  void fenceIsAboveWhatWasSeenOnContainers() {
    assertThat(work.claim("node", APP, one, TTL, 41).orElseThrow().lease().fence()).isEqualTo(42);
  }

  @Test
  void expiredLeaseIsFreeAndItsHolderMayDoNothing() {
    Lease lost = claim(one).lease();
    expire();
    assertThat(claim(two).lease().fence()).isGreaterThan(lost.fence());

    assertThatThrownBy(() -> work.begin(lost, TTL, "start", "id"))
        .isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(() -> work.handled(lost, 1, Optional.empty()))
        .isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(() -> work.refresh(lost)).isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(() -> work.check(lost)).isInstanceOf(LeaseLostException.class);
    assertThat(database.rows("SELECT verb FROM orchestrator_act")).isEmpty();
    work.release(lost); // not ours: nothing happens
    assertThat(work.claim("node", APP, one, TTL, 0)).isEmpty();
  }

  @Test
  void eachActIsKeptWithTheEndOfTheLeaseItWasBegunUnder() {
    Lease lease = claim(one).lease();
    database.execute(
        "UPDATE orchestrator_work SET lease_expires = clock_timestamp() + interval '5 s'");
    String expires = database.rows("SELECT lease_expires FROM orchestrator_work").getFirst();
    work.begin(lease, TTL, "start", "id");

    assertThat(database.rows("SELECT lease_until FROM orchestrator_act")).containsExactly(expires);
    assertThat(database.rows("SELECT begun_at < lease_until FROM orchestrator_act"))
        .containsExactly("t");
    assertThat(
            database.rows(
                "SELECT lease_expires > lease_until FROM orchestrator_work JOIN orchestrator_act USING (app_name)"))
        .as("prolonged")
        .containsExactly("t");
  }

  /** The row is locked, and not changed, for longer than the lease lives. */
  @Test
  void aLeaseThatRanOutWhileItsRowWasWaitedForIsLost() throws Exception {
    Lease lease = claim(one).lease();
    database.execute(
        "UPDATE orchestrator_work SET lease_expires = clock_timestamp() + interval '2 s'");
    try (var executor = Executors.newCachedThreadPool();
        Connection other = database.dataSource().getConnection();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT 1 FROM orchestrator_work FOR UPDATE");
      List<Future<?>> waiting =
          List.of(
              executor.submit(() -> work.begin(lease, TTL, "start", "id")),
              executor.submit(() -> work.check(lease)));
      awaitWaiting(2);
      await("the end of the lease")
          .until(() ->
              database
                  .rows("SELECT lease_expires <= clock_timestamp() FROM orchestrator_work")
                  .equals(List.of("t")));
      other.rollback();

      for (Future<?> each : waiting) {
        assertThatThrownBy(each::get).hasCauseInstanceOf(LeaseLostException.class);
      }
    }
    assertThat(database.rows("SELECT verb FROM orchestrator_act")).isEmpty();
  }

  private static void awaitWaiting(int backends) {
    await("waiting for the row")
        .pollInterval(Duration.ofMillis(20))
        .until(() ->
            database
                    .rows(
                        """
                        SELECT 1 FROM pg_stat_activity
                        WHERE wait_event_type = 'Lock' AND query LIKE '%WITH held%' AND datname = current_database()
                        """)
                    .size()
                >= backends);
  }

  @Test
  void unansweredAndOpenActsOfOlderFencesCondemn() {
    Lease lease = claim(one).lease();
    work.end(work.begin(lease, TTL, "create", "app-todos"), ActOutcome.DONE);
    work.end(work.begin(lease, TTL, "start", "refused"), ActOutcome.REFUSED);
    work.end(work.begin(lease, TTL, "start", "silent"), ActOutcome.UNANSWERED);
    work.begin(lease, TTL, "kill", "open");
    assertThat(work.condemned(lease)).containsExactly("silent");

    work.release(lease);
    Lease next = claim(two).lease();
    assertThat(work.condemned(next)).containsExactlyInAnyOrder("silent", "open");
    work.settle(next, "silent");
    work.settle(next, "open");
    assertThat(work.condemned(next)).isEmpty();
  }

  @Test
  void whatAnotherInstanceHasSettledStaysSo() {
    Lease lease = claim(one).lease();
    long start = work.begin(lease, TTL, "start", "slow");
    work.release(lease);
    Lease next = claim(two).lease();
    work.settle(next, "slow");

    work.end(start, ActOutcome.UNANSWERED);
    assertThat(work.condemned(next)).isEmpty();
  }

  @Test
  void actsOfOneKindAreSettledByThemselves() {
    Lease lease = claim(one).lease();
    work.end(work.begin(lease, TTL, "start", "silent"), ActOutcome.UNANSWERED);
    work.end(work.begin(lease, TTL, "rename", "silent"), ActOutcome.UNANSWERED);

    work.settle(lease, "silent", "start");
    assertThat(work.condemned(lease)).containsExactly("silent");
    work.settle(lease, "silent", "rename");
    assertThat(work.condemned(lease)).isEmpty();
  }

  /** Somebody looks into a row in psql, within a transaction. */
  @Test
  void oneLockedRowKeepsNoOtherLeaseFromBeingProlonged() throws Exception {
    Lease held = claim(one).lease();
    var other = new AppName("notes");
    work.signal("node", other, Cause.INSTALLED);
    Lease free = work.claim("node", other, one, TTL, 0).orElseThrow().lease();
    var heartbeat = new JdbcHeartbeat(database.dataSource());
    try (Connection psql = database.dataSource().getConnection();
        var statement = psql.createStatement()) {
      psql.setAutoCommit(false);
      statement.execute("SELECT 1 FROM orchestrator_work WHERE app_name = 'todos' FOR UPDATE");

      assertThat(heartbeat.beat(one, TTL)).containsExactly(free);
      work.releaseAll(two); // waits for nobody
      psql.rollback();
    }
    assertThat(heartbeat.beat(one, TTL)).containsExactlyInAnyOrder(held, free);
    assertThat(heartbeat.beat(two, TTL)).isEmpty();
    expire();
    assertThat(heartbeat.beat(one, TTL)).as("lost is lost").isEmpty();
  }

  @Test
  void wakesUpByItselfWhenTold() {
    Claim claim = claim(one);
    work.handled(claim.lease(), claim.signalSeq(), Optional.of(Duration.ZERO));
    assertThat(work.due("node", two).apps()).containsOnlyKeys(APP);

    Claim again = claim(two);
    work.handled(again.lease(), again.signalSeq(), Optional.of(Duration.ofMinutes(1)));
    assertThat(work.due("node", two).apps()).isEmpty();
  }

  @Test
  void stoppingInstanceGivesAllItsLeasesBack() {
    claim(one);
    work.releaseAll(one);
    assertThat(work.claim("node", APP, two, TTL, 0)).isPresent();
  }

  private Claim claim(UUID owner) {
    return work.claim("node", APP, owner, TTL, 0).orElseThrow();
  }

  private void expire() {
    database.execute(
        "UPDATE orchestrator_work SET lease_expires = clock_timestamp() - interval '1 ms'");
  }
}
