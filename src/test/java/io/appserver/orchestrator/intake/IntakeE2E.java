package io.appserver.orchestrator.intake;

import static io.appserver.orchestrator.convergence.Look.Wanted.INSTALLED;
import static io.appserver.orchestrator.convergence.Look.Wanted.NOT_INSTALLED;
import static io.appserver.orchestrator.convergence.Look.Wanted.UNKNOWN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.convergence.Look.Result;
import io.appserver.orchestrator.deployment.Failure;
import io.appserver.orchestrator.deployment.FailureCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of events, on the real database. */
class IntakeE2E {

  private static final Failure NO_IMAGE =
      Failure.of(FailureCode.IMAGE_NOT_FOUND, "repository not found: registry/todos:latest");

  private Bench bench;

  @BeforeEach
  void open() {
    bench = new Bench();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void keepsEventWithAllThatCameAndSignals() {
    String id = bench.app("todos", "installed");
    bench.receive(
        EventKind.INSTALLED,
        "{\"AppName\":\"todos\",\"AppID\":\"%s\",\"OccurredAt\":\"2026-11-23T05:13:00Z\"}"
            .formatted(id),
        Map.of("traceparent", "00-aa-bb-01", "nul\0", "x\0"));

    assertThat(bench.signals.given()).containsExactly("todos app.installed");
    assertThat(
            bench.database.rows(
                """
                SELECT node, queue, exchange, routing_key, kind, headers ->> 'traceparent', properties ->> 'content_type',
                  app_id, app_name, occurred_at, note, signal_seq, review_at, outcome FROM orchestrator_intake
                """))
        .containsExactly(
            "here orchestrator.subscriber.app.installed appserver.events app.installed installed 00-aa-bb-01"
                + " application/json %s todos 2026-11-23T05:13:00Z null 1 null open".formatted(id));
    assertThat(
            bench
                .database
                .rows("SELECT convert_from(body, 'UTF8') FROM orchestrator_intake")
                .getFirst())
        .startsWith("{\"AppName\":\"todos\"");
    assertThat(bench.received).containsExactly("installed taken");
  }

  @Test
  void keepsNothingIfTheSignalFails() {
    bench.signals.failFor("todos");

    assertThatThrownBy(() -> bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\"}"))
        .hasMessageContaining("told to fail");
    assertThat(bench.outcomes()).isEmpty();
  }

  @Test
  void findsNameOfIdInThePlatform() {
    String id = bench.app("todos", "installed");
    bench.receive(EventKind.INSTALLED, "{\"AggregateID\":\"%s\"}".formatted(id));

    assertThat(bench.signals.given()).containsExactly("todos app.installed");
  }

  @Test
  void findsNameOfIdInDeploymentsWhenThePlatformHasForgottenTheApp() {
    String id = UUID.randomUUID().toString();
    bench.database.execute(
        "INSERT INTO deployments (id, app_id, app_name, state) VALUES ('%s', '%s', 'todos', 'healthy')"
            .formatted(UUID.randomUUID(), id));
    bench.receive(EventKind.UNINSTALLED, "{\"AppID\":\"%s\"}".formatted(id));

    assertThat(bench.signals.given()).containsExactly("todos app.uninstalled");
  }

  @Test
  void databaseWinsOverNameThatContradictsIt() {
    String id = bench.app("notes", "installed");
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\",\"AppID\":\"%s\"}".formatted(id));

    assertThat(bench.signals.given()).containsExactly("notes app.installed");
    assertThat(bench.database.rows("SELECT note FROM orchestrator_intake"))
        .containsExactly("named todos, but the platform has its id as notes");
  }

  @Test
  void takesEventsWhileThePlatformsTablesAreAway() {
    bench.database.execute("ALTER TABLE apps RENAME TO away");
    String id = UUID.randomUUID().toString();
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\",\"AppID\":\"%s\"}".formatted(id));
    bench.receive(EventKind.INSTALLED, "{\"AppID\":\"%s\"}".formatted(id));
    bench.age("1 minute");
    bench.pending.sweep();

    assertThat(bench.signals.given()).containsExactly("todos app.installed");
    assertThat(bench.outcomes()).containsExactly("open", "open");

    bench.database.execute("ALTER TABLE away RENAME TO apps");
    bench.database.execute("INSERT INTO apps VALUES ('%s', 'todos', 'installed')".formatted(id));
    bench.pending.sweep();
    assertThat(bench.signals.given()).containsExactly("todos app.installed", "todos app.installed");
  }

  @Test
  void idThatOutrunsItsCommitIsActedOnOnceThePlatformKnowsIt() {
    String id = UUID.randomUUID().toString();
    bench.receive(EventKind.INSTALLED, "{\"AppID\":\"%s\"}".formatted(id));
    bench.pending.sweep();
    assertThat(bench.signals.given()).isEmpty();

    bench.database.execute("INSERT INTO apps VALUES ('%s', 'todos', 'installed')".formatted(id));
    await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(() -> {
          bench.pending.sweep();
          assertThat(bench.signals.given()).containsExactly("todos app.installed");
        });
    bench.look("todos", INSTALLED, new Result.Running());
    assertThat(bench.outcomes()).containsExactly("done");
  }

  @Test
  void idThatStaysUnknownIsADeadLetterForInstallAndDoneForUninstall() {
    String id = UUID.randomUUID().toString();
    bench.receive(EventKind.INSTALLED, "{\"AppID\":\"%s\"}".formatted(id));
    bench.receive(EventKind.UNINSTALLED, "{\"AppID\":\"%s\"}".formatted(id));
    bench.age("29 seconds");
    bench.pending.sweep();
    assertThat(bench.outcomes()).containsExactly("open", "open");

    bench.age("2 seconds");
    bench.pending.sweep();
    assertThat(bench.outcomes()).containsExactly("dead_lettered: app_unknown", "done");
    assertThat(bench.signals.given()).isEmpty();
  }

  @Test
  void eventThatOutrunsItsCommitIsLookedAtAgainUntilItAgrees() {
    bench.app("todos", "registered");
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\"}");
    for (int i = 0; i < 3; i++) {
      bench.look("todos", NOT_INSTALLED, new Result.Gone());
      int sofar = bench.signals.given().size();
      await()
          .atMost(Duration.ofSeconds(1))
          .untilAsserted(() -> {
            bench.pending.sweep();
            assertThat(bench.signals.given()).hasSize(sofar + 1);
          });
      bench.pending.sweep();
      assertThat(bench.signals.given()).as("one signal for each look").hasSize(sofar + 1);
    }
    assertThat(bench.signals.given())
        .containsExactly(
            "todos app.installed",
            "todos event not settled",
            "todos event not settled",
            "todos event not settled");

    bench.look("todos", INSTALLED, new Result.Running());
    assertThat(bench.outcomes()).containsExactly("done");
  }

  @Test
  void lookThatIsOverBeforeItsSignalIsNotedLosesNothing() {
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\"}");
    bench.look("todos", NOT_INSTALLED, new Result.Gone());
    bench.look("todos", NOT_INSTALLED, new Result.Gone());
    List<UUID> intakes =
        bench.database.rows("SELECT id FROM orchestrator_intake").stream()
            .map(UUID::fromString)
            .toList();
    bench.store.signalled(intakes, 99);

    await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(() -> {
          bench.pending.sweep();
          assertThat(bench.signals.given())
              .containsExactly("todos app.installed", "todos event not settled");
        });
  }

  @Test
  void lookOfBeforeTheSignalSettlesNothing() {
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\"}");
    bench.look("todos", INSTALLED, new Result.Running());
    bench.receive(EventKind.UNINSTALLED, "{\"AppName\":\"todos\"}");
    bench.settlement.looked(
        new io.appserver.orchestrator.convergence.Look(
            new io.appserver.orchestrator.app.AppName("todos"),
            1,
            INSTALLED,
            new Result.Running()));

    assertThat(bench.outcomes()).containsExactly("done", "open");
  }

  @Test
  void looksAtOneAppLeaveOthersAlone() {
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\"}");
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"notes\"}");
    bench.look("todos", INSTALLED, new Result.Running());

    assertThat(bench.outcomes()).containsExactly("done", "open");
  }

  @Test
  void contradictedEventsAreClosedAfterHalfAMinute() {
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\"}");
    bench.receive(EventKind.UNINSTALLED, "{\"AppName\":\"notes\"}");
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"ghost\"}");
    bench.age("31 seconds");
    bench.look("todos", NOT_INSTALLED, new Result.Gone());
    bench.look("notes", INSTALLED, new Result.Running());
    bench.look("ghost", UNKNOWN, new Result.Gone());

    assertThat(bench.outcomes())
        .containsExactly(
            "superseded: the platform has the app as not installed",
            "superseded: the platform has the app as installed",
            "dead_lettered: app_unknown");
  }

  @Test
  void newerUninstallBeatsOlderInstall() {
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\"}");
    bench.receive(EventKind.UNINSTALLED, "{\"AppName\":\"todos\"}");
    bench.look("todos", NOT_INSTALLED, new Result.Gone());

    assertThat(bench.outcomes())
        .containsExactly("superseded: a later event says the opposite", "done");
  }

  @Test
  void failureBecomesDeadLetterOfTheNewestWithReasonAndAllThatCame() {
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\"}");
    bench.receive(
        EventKind.INSTALLED,
        "{\"AppName\":\"todos\", \"second\":  true}",
        Map.of("traceparent", "00-aa-bb-01", "x-orchestrator-reason", "of an earlier life"));
    bench.look("todos", INSTALLED, new Result.Failed(NO_IMAGE));

    assertThat(bench.outcomes())
        .containsExactly(
            "superseded: a newer event of its kind failed: image_not_found",
            "dead_lettered: image_not_found");
    String intake =
        bench.database.rows("SELECT id FROM orchestrator_intake ORDER BY received_at").get(1);
    var letters = new ArrayList<DeadLetter>();
    new Outbox(bench.store, letters::add, List.of(bench.observer)).publishAll();
    DeadLetter letter = letters.getFirst();
    assertThat(letters).hasSize(1);
    assertThat(letter.kind()).isEqualTo(EventKind.INSTALLED);
    assertThat(new String(letter.body().bytes(), UTF_8))
        .isEqualTo("{\"AppName\":\"todos\", \"second\":  true}");
    assertThat(letter.headers())
        .containsEntry("traceparent", "00-aa-bb-01")
        .containsEntry("x-orchestrator-reason", "image_not_found")
        .containsEntry("x-orchestrator-message", "repository not found: registry/todos:latest")
        .containsEntry("x-orchestrator-exchange", "appserver.events")
        .containsEntry("x-orchestrator-routing-key", "app.installed")
        .containsEntry("x-orchestrator-queue", "orchestrator.subscriber.app.installed")
        .containsEntry("x-orchestrator-attempts", "1")
        .containsEntry("x-orchestrator-original-message-id", "m-1");
    assertThat(java.time.Instant.parse((String) letter.headers().get("x-orchestrator-time")))
        .isBetween(
            java.time.Instant.now().minusSeconds(60), java.time.Instant.now().plusSeconds(60));
    assertThat(letter.properties())
        .isEqualTo(Map.of("content_type", "application/json", Message.MESSAGE_ID, intake));
    assertThat(bench.store.outboxSize()).isZero();
    assertThat(bench.deadLettered).containsExactly("image_not_found");
  }

  @Test
  void waitingKeepsEventsOpenHoweverLong() {
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\"}");
    bench.age("3 days");
    bench.look(
        "todos",
        INSTALLED,
        new Result.Waiting(Failure.of(FailureCode.DEPENDENCY_MISSING, "todos needs users")));
    bench.pending.sweep();

    assertThat(bench.outcomes()).containsExactly("open");
    assertThat(bench.signals.given()).containsExactly("todos app.installed");
  }

  @Test
  void outboxKeepsWhatCannotBePublishedAndTriesAgain() {
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\"}");
    bench.look("todos", INSTALLED, new Result.Failed(NO_IMAGE));
    var outbox =
        new Outbox(
            bench.store,
            letter -> {
              throw new DeadLetterException("the broker is away", null);
            },
            List.of(bench.observer));
    outbox.publishAll();
    outbox.publishAll();
    assertThat(bench.store.outboxSize()).isEqualTo(1);
    assertThat(bench.deadLettered).isEmpty();

    var letters = new ArrayList<DeadLetter>();
    new Outbox(bench.store, letters::add, List.of(bench.observer)).publishAll();
    assertThat(letters).hasSize(1);
    assertThat(bench.store.outboxSize()).isZero();
  }

  @Test
  void twoInstancesDoNotPublishTheSameLetter() {
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\"}");
    bench.look("todos", INSTALLED, new Result.Failed(NO_IMAGE));

    Optional<OutboxEntry> taken = bench.store.takeFromOutbox(Duration.ofMinutes(1));
    assertThat(taken).isPresent();
    assertThat(bench.store.takeFromOutbox(Duration.ofMinutes(1))).isEmpty();
    bench.database.execute(
        "UPDATE orchestrator_outbox SET taken_until = taken_until - interval '2 minutes'");
    assertThat(bench.store.takeFromOutbox(Duration.ofMinutes(1)))
        .as("left by an instance that crashed")
        .isPresent();
  }

  @Test
  void forgetsWhatWasClosedLongAgo() {
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\"}");
    bench.look("todos", INSTALLED, new Result.Running());
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"notes\"}");
    bench.age("31 days");
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"users\"}");
    bench.look("users", INSTALLED, new Result.Running());
    bench.pending.sweep();

    assertThat(bench.database.rows("SELECT app_name FROM orchestrator_intake ORDER BY app_name"))
        .containsExactly("notes", "users");
  }

  @Test
  void probeLeavesNothingAndFailsWhereNothingCanBeStored() {
    assertThat(bench.reception.databaseAnswers()).isTrue();
    assertThat(bench.outcomes()).isEmpty();

    bench.door.shut();
    assertThat(bench.reception.databaseAnswers()).isFalse();
    bench.door.open();
    assertThat(bench.reception.databaseAnswers()).isTrue();
  }
}
