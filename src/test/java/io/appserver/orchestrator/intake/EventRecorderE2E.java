package io.appserver.orchestrator.intake;

import static io.appserver.orchestrator.convergence.record.Look.Wanted.INSTALLED;
import static io.appserver.orchestrator.convergence.record.Look.Wanted.NOT_INSTALLED;
import static io.appserver.orchestrator.convergence.record.Look.Wanted.UNKNOWN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Look.Result;
import io.appserver.orchestrator.convergence.signal.Signals;
import io.appserver.orchestrator.convergence.signal.Signals.Signal;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.intake.deadletter.DeadLetter;
import io.appserver.orchestrator.intake.deadletter.DeadLetterException;
import io.appserver.orchestrator.intake.deadletter.Outbox;
import io.appserver.orchestrator.intake.deadletter.OutboxEntry;
import io.appserver.orchestrator.intake.deadletter.RefusedLetterException;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.IntakeResult;
import io.appserver.orchestrator.intake.event.Message;
import io.appserver.orchestrator.intake.event.Rejected;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of events, on the real database. */
class EventRecorderE2E {

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
            "here orchestrator.subscriber.app.installed appserver.events app.installed installed"
                + " 00-aa-bb-01"
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
    bench.age("15 seconds");
    bench.pending.sweep();
    assertThat(bench.outcomes()).containsExactly("open", "open");

    bench.age("16 seconds");
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
  void anEventOfAnAppWhoseRowIsLockedIsKeptAndGivesItsSignalLater() {
    bench.app("locked", "installed");
    EventIntake busy =
        bench.reception(
            (app, cause) -> {
              throw new IllegalStateException(new SQLException("lock timeout", "55P03"));
            },
            Bench.identity(Bench.NODE));
    var message = Bench.message(EventKind.INSTALLED, "{\"AppName\":\"locked\"}", Map.of());
    assertThat(busy.handle(message)).isInstanceOf(IntakeResult.Taken.class);
    assertThat(bench.outcomes()).containsExactly("open");
    assertThatThrownBy(() -> busy.handle(List.of(message, message)))
        .as("several are tried one by one")
        .hasRootCauseInstanceOf(SQLException.class);

    bench.pending.sweep();

    assertThat(bench.signals.given())
        .containsExactly("locked app.installed", "locked event not settled");
    bench.look("locked", INSTALLED, new Result.Running());
    assertThat(bench.outcomes()).containsExactly("done");
  }

  @Test
  void anAppThatCannotBeSignalledKeepsNoOtherWaiting() {
    for (String app : List.of("locked", "todos")) {
      bench.app(app, "registered");
      bench.receive(EventKind.INSTALLED, "{\"AppName\":\"%s\"}".formatted(app));
      bench.look(app, NOT_INSTALLED, new Result.Gone());
    }
    PendingEvents pending =
        bench.pending(
            (app, cause) -> {
              if (app.value().equals("locked")) {
                throw new IllegalStateException(new SQLException("lock timeout", "55P03"));
              }
              return bench.signals.signal(app, cause);
            },
            bench.identity());
    await()
        .untilAsserted(() -> {
          pending.sweep();
          assertThat(bench.signals.given()).contains("todos event not settled");
        });
    assertThat(bench.signals.given()).doesNotContain("locked event not settled");

    await()
        .untilAsserted(() -> {
          bench.pending.sweep();
          assertThat(bench.signals.given()).contains("locked event not settled");
        });
    assertThat(bench.outcomes()).containsExactly("open", "open");
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
    bench.store.signalled(intakes, new Signal(Bench.NODE, 99));

    await()
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
    bench.settlement.looked(new Look(new AppName("todos"), 1, INSTALLED, new Result.Running()));

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
    new Outbox(bench.letters, letters::add, List.of(bench.observer)).publishAll();
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
    assertThat(bench.letters.outboxSize()).isZero();
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
            bench.letters,
            letter -> {
              throw new DeadLetterException("the broker is away", null);
            },
            List.of(bench.observer));
    outbox.publishAll();
    outbox.publishAll();
    assertThat(bench.letters.outboxSize()).isEqualTo(1);
    assertThat(bench.deadLettered).isEmpty();

    var letters = new ArrayList<DeadLetter>();
    new Outbox(bench.letters, letters::add, List.of(bench.observer)).publishAll();
    assertThat(letters).hasSize(1);
    assertThat(bench.letters.outboxSize()).isZero();
  }

  @Test
  void letterWithHeadersLikeOurOwnMarksIsPublishedAsItCame() {
    bench.receive(
        EventKind.INSTALLED, "{\"AppName\":\"todos\"}", Map.of("h", Map.of("$time", "x")));
    bench.look("todos", INSTALLED, new Result.Failed(NO_IMAGE));
    var letters = new ArrayList<DeadLetter>();
    new Outbox(bench.letters, letters::add, List.of(bench.observer)).publishAll();

    assertThat(letters).hasSize(1);
    assertThat(letters.getFirst().headers()).containsEntry("h", Map.of("$time", "x"));
  }

  @Test
  void letterThatCannotBeReadOrSentHoldsUpNoOther() {
    for (String app : List.of("unreadable", "refused", "broken", "good")) {
      bench.receive(EventKind.INSTALLED, "{\"AppName\":\"%s\"}".formatted(app), Map.of("app", app));
      bench.look(app, INSTALLED, new Result.Failed(NO_IMAGE));
    }
    bench.database.execute(
        "UPDATE orchestrator_outbox SET headers = '[]' WHERE headers ->> 'app' = 'unreadable'");
    bench.database.execute(
        "UPDATE orchestrator_outbox SET kind = 'other' WHERE headers ->> 'app' = 'broken'");
    var letters = new ArrayList<Object>();
    var outbox =
        new Outbox(
            bench.letters,
            letter -> {
              if ("refused".equals(letter.headers().get("app"))) {
                throw new RefusedLetterException("precondition failed", null);
              }
              letters.add(letter.headers().get("app"));
            },
            List.of(bench.observer));
    outbox.publishAll();
    outbox.publishAll();

    assertThat(letters).containsExactly("good");
    assertThat(bench.letters.outboxSize()).isEqualTo(3);
    assertThat(bench.letters.putOff())
        .hasSize(3)
        .anySatisfy(words -> assertThat(words).contains("precondition failed"))
        .anySatisfy(words -> assertThat(words).contains("cannot be read"));
    assertThat(
            bench.database.rows(
                "SELECT attempts FROM orchestrator_outbox WHERE taken_until > clock_timestamp()"))
        .containsExactly("1", "1", "1");
  }

  @Test
  void letterSaysHowOftenTheInstallWasTried() {
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\"}");
    bench.look("todos", INSTALLED, new Result.Failed(NO_IMAGE.with(Failure.ATTEMPT, "3")));

    assertThat(
            bench.database.rows(
                "SELECT headers ->> 'x-orchestrator-attempts' FROM orchestrator_outbox"))
        .containsExactly("3");
  }

  @Test
  void twoInstancesDoNotPublishTheSameLetter() {
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\"}");
    bench.look("todos", INSTALLED, new Result.Failed(NO_IMAGE));

    Optional<OutboxEntry> taken = bench.letters.takeFromOutbox(Duration.ofMinutes(1));
    assertThat(taken).isPresent();
    assertThat(bench.letters.takeFromOutbox(Duration.ofMinutes(1))).isEmpty();
    bench.database.execute(
        "UPDATE orchestrator_outbox SET taken_until = taken_until - interval '2 minutes'");
    assertThat(bench.letters.takeFromOutbox(Duration.ofMinutes(1)))
        .as("left by an instance that crashed")
        .isPresent();
  }

  @Test
  void eventIsKeptForTheNodeThatHasTheAppAndSettledByItsLook() {
    String id = bench.app("todos", "installed");
    deployAt("there", id, "todos");
    bench
        .reception(signalsOf(Bench.NODE), bench.identity())
        .handle(Bench.message(EventKind.INSTALLED, "{\"AppName\":\"todos\"}", Map.of()));
    bench
        .reception(signalsOf(Bench.NODE), bench.identity())
        .handle(Bench.message(EventKind.INSTALLED, "{\"AppName\":\"new\"}", Map.of()));

    assertThat(nodes()).containsExactly("todos there 1", "new here 1");
    Look look = new Look(new AppName("todos"), 1, INSTALLED, new Result.Running());
    bench.settlement.looked(look);
    assertThat(bench.outcomes()).containsExactly("open", "open");
    bench.settlement(Bench.identity("there")).looked(look);
    assertThat(bench.outcomes()).containsExactly("done", "open");
  }

  @Test
  void eventOfUnknownNameStaysWithTheNodeThatTookItUntilItIsNamed() {
    String id = UUID.randomUUID().toString();
    Signals signals = signalsOf(Bench.NODE);
    bench
        .reception(signals, bench.identity())
        .handle(Bench.message(EventKind.INSTALLED, "{\"AppID\":\"%s\"}".formatted(id), Map.of()));
    assertThat(nodes()).containsExactly("null here null");

    bench.database.execute("INSERT INTO apps VALUES ('%s', 'todos', 'installed')".formatted(id));
    deployAt("there", id, "todos");
    bench.pending(signals, Bench.identity("there")).sweep();
    assertThat(nodes()).as("not its event").containsExactly("null here null");
    bench.pending(signals, bench.identity()).sweep();
    assertThat(nodes()).containsExactly("todos there 1");
  }

  @Test
  void eventThatIsSignalledAgainGoesWhereTheAppHasGone() {
    String id = bench.app("todos", "registered");
    bench.receive(EventKind.INSTALLED, "{\"AppName\":\"todos\"}");
    bench.look("todos", NOT_INSTALLED, new Result.Gone());
    bench.age("1 second");
    deployAt("there", id, "todos");
    bench.pending(signalsOf(Bench.NODE), bench.identity()).sweep();

    assertThat(nodes()).containsExactly("todos there 1");
    bench
        .settlement(Bench.identity("there"))
        .looked(new Look(new AppName("todos"), 1, INSTALLED, new Result.Running()));
    assertThat(bench.outcomes()).containsExactly("done");
  }

  private Signals signalsOf(String node) {
    return (app, cause) -> bench.required(() -> bench.work.signal(node, app, cause));
  }

  private void deployAt(String node, String appId, String name) {
    bench.database.execute(
        "INSERT INTO deployments (id, app_id, app_name, state, node) VALUES ('%s', '%s', '%s', 'healthy', '%s')"
            .formatted(UUID.randomUUID(), appId, name, node));
  }

  private List<String> nodes() {
    return bench.database.rows(
        "SELECT app_name, node, signal_seq FROM orchestrator_intake ORDER BY received_at");
  }

  @Test
  void eventsTakenTogetherKeepTheirOrderAndSignalEachAppOnce() {
    List<Message> messages = new ArrayList<>();
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 99; i++) {
      String app = List.of("users", "todos", "notes").get(i % 3);
      order.add(app);
      messages.add(
          Bench.message(
              EventKind.INSTALLED, "{\"AppName\":\"%s\"}".formatted(app), Map.of("n", i)));
    }
    messages.add(50, Bench.message(EventKind.INSTALLED, "rubbish", Map.of()));
    List<IntakeResult> handled = bench.reception.handle(messages);

    assertThat(handled).hasSize(100);
    assertThat(handled.get(50)).isInstanceOf(Rejected.class);
    assertThat(handled.stream().filter(IntakeResult.Taken.class::isInstance)).hasSize(99);
    assertThat(bench.apps()).isEqualTo(order);
    assertThat(
            bench.database.rows(
                "SELECT headers ->> 'n' FROM orchestrator_intake ORDER BY received_at"))
        .isEqualTo(IntStream.range(0, 99).mapToObj(String::valueOf).toList());
    assertThat(bench.signals.given())
        .containsExactly("notes app.installed", "todos app.installed", "users app.installed");

    bench.look("todos", INSTALLED, new Result.Failed(NO_IMAGE));
    assertThat(bench.outcomes().stream().filter(o -> o.startsWith("dead_lettered"))).hasSize(1);
    assertThat(bench.database.rows("SELECT headers ->> 'n' FROM orchestrator_outbox"))
        .as("the newest")
        .containsExactly("97");
    assertThat(bench.outcomes().stream().filter(o -> o.startsWith("superseded"))).hasSize(32);
  }

  @Test
  void eventsTakenTogetherAreKeptAllOrNone() {
    bench.signals.failFor("todos");
    assertThatThrownBy(() ->
            bench.reception.handle(
                List.of(
                    Bench.message(EventKind.INSTALLED, "{\"AppName\":\"notes\"}", Map.of()),
                    Bench.message(EventKind.INSTALLED, "{\"AppName\":\"todos\"}", Map.of()))))
        .hasMessageContaining("told to fail");

    assertThat(bench.outcomes()).isEmpty();
    assertThat(bench.received).isEmpty();
  }

  @Test
  void twoConsumersThatTakeTheSameAppsAtOnceDoNotDeadlock() throws Exception {
    List<String> apps = IntStream.range(0, 30).mapToObj(i -> "app-" + i).toList();
    EventIntake reception = bench.reception(signalsOf(Bench.NODE), bench.identity());
    try (var executor = Executors.newFixedThreadPool(2)) {
      List<Callable<Integer>> work = new ArrayList<>();
      for (EventKind kind : EventKind.values()) {
        List<String> order = new ArrayList<>(apps);
        Collections.shuffle(order, new Random(kind.code().length()));
        List<Message> messages =
            order.stream()
                .map(app -> Bench.message(kind, "{\"AppName\":\"%s\"}".formatted(app), Map.of()))
                .toList();
        work.add(() -> {
          for (int round = 0; round < 10; round++) {
            reception.handle(messages);
          }
          return 10;
        });
      }
      for (var each : executor.invokeAll(work)) {
        assertThat(each.get()).isEqualTo(10);
      }
    }
    assertThat(bench.outcomes()).hasSize(600);
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
