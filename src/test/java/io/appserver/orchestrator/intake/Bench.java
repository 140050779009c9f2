package io.appserver.orchestrator.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.jpa.PlatformTables;
import io.appserver.orchestrator.convergence.jpa.JpaWorkStore;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.signal.Signals;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.jpa.JpaDeployments;
import io.appserver.orchestrator.intake.deadletter.OutboxStore;
import io.appserver.orchestrator.intake.event.AppEvent;
import io.appserver.orchestrator.intake.event.Body;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.IntakeObserver;
import io.appserver.orchestrator.intake.event.IntakeResult;
import io.appserver.orchestrator.intake.event.Message;
import io.appserver.orchestrator.intake.jpa.JpaIntakeStore;
import io.appserver.orchestrator.intake.jpa.JpaOutboxStore;
import io.appserver.orchestrator.intake.store.IntakeStore;
import io.appserver.orchestrator.intake.store.OpenEvent;
import io.appserver.orchestrator.intake.store.ReceivedEvent;
import io.appserver.orchestrator.testing.Relay;
import io.appserver.orchestrator.testing.TestDatabase;
import jakarta.persistence.EntityManager;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The intake on a schema of its own in the real PostgreSQL, behind a {@link Relay}, without a
 * server.
 */
public final class Bench implements AutoCloseable {

  public static final String NODE = "here";

  public final TestDatabase database;
  public final Relay door;
  public final RecordingSignals signals = new RecordingSignals();
  public final List<String> received = new CopyOnWriteArrayList<>();
  public final List<String> deadLettered = new CopyOnWriteArrayList<>();
  public final IntakeStore store;
  public final OutboxStore letters;
  public final WorkStore work;
  public final AppCatalog catalog;
  public final EventRecorder recorder;
  public final AppNames names;
  public final EventIntake reception;
  public final Settlement settlement;
  public final PendingEvents pending;
  private final Identity identity = identity(NODE);

  public final IntakeObserver observer =
      new IntakeObserver() {
        @Override
        public void received(EventKind kind, String outcome) {
          received.add(kind.code() + " " + outcome);
        }

        @Override
        public void deadLettered(String reason) {
          deadLettered.add(reason);
        }
      };

  public Bench() {
    var server = URI.create(environment("ORCHESTRATOR_TEST_DB_URL").substring("jdbc:".length()));
    door = new Relay(server.getHost(), server.getPort());
    door.open();
    database =
        TestDatabase.create(
            url -> "jdbc:postgresql://127.0.0.1:%d%s".formatted(door.port(), server.getPath()));
    EntityManager entities = database.entities();
    store = database.transactional(IntakeStore.class, new JpaIntakeStore(entities));
    letters = database.transactional(OutboxStore.class, new JpaOutboxStore(entities));
    catalog = database.transactional(AppCatalog.class, new PlatformTables(entities));
    work = database.transactional(WorkStore.class, new JpaWorkStore(entities));
    Deployments deployments =
        database.transactional(Deployments.class, new JpaDeployments(entities));
    names = new AppNames(catalog, deployments);
    recorder = intake(signals, identity);
    reception = reception(signals, identity);
    settlement = settlement(identity);
    pending = pending(signals, identity);
  }

  /** As of another node, or with other signals. */
  public EventIntake reception(Signals given, Identity who) {
    return new EventIntake(names, intake(given, who), store, List.of(observer));
  }

  /** As of another node, or with other signals. */
  public PendingEvents pending(Signals given, Identity who) {
    return new PendingEvents(store, intake(given, who), names, given, () -> who);
  }

  /** As of another node, or with other signals. */
  public EventRecorder intake(Signals given, Identity who) {
    return new EventRecorder(store, given, () -> who) {
      @Override
      public void accept(List<ReceivedEvent> events) {
        required(() -> {
          super.accept(events);
          return true;
        });
      }

      @Override
      public List<ReceivedEvent> accept(
          List<ReceivedEvent> events, UnaryOperator<List<AppEvent>> naming) {
        return required(() -> super.accept(events, naming));
      }

      @Override
      public void keep(ReceivedEvent event) {
        required(() -> {
          super.keep(event);
          return true;
        });
      }

      @Override
      public void name(OpenEvent event, AppName name) {
        required(() -> {
          super.name(event, name);
          return true;
        });
      }
    };
  }

  /** As of another node. */
  public Settlement settlement(Identity who) {
    return new Settlement(store, () -> who) {
      @Override
      public void looked(Look look) {
        required(() -> {
          super.looked(look);
          return true;
        });
      }
    };
  }

  public static Identity identity(String node) {
    return new Identity("installation", node, UUID.randomUUID());
  }

  public Identity identity() {
    return identity;
  }

  public IntakeResult receive(EventKind kind, String body) {
    return receive(kind, body, Map.of());
  }

  public IntakeResult receive(EventKind kind, String body, Map<String, Object> headers) {
    return reception.handle(message(kind, body, headers));
  }

  public static Message message(EventKind kind, String body, Map<String, Object> headers) {
    return new Message(
        kind,
        "orchestrator.subscriber." + kind.routingKey(),
        "appserver.events",
        kind.routingKey(),
        headers,
        Map.of("content_type", "application/json", Message.MESSAGE_ID, "m-1"),
        new Body(body.getBytes(UTF_8)));
  }

  /** A look that covers every signal so far. */
  public void look(String app, Look.Wanted wanted, Look.Result result) {
    settlement.looked(new Look(new AppName(app), signals.last(), wanted, result));
  }

  /** Outcomes of all events in the order they came, each with its reason if it has one. */
  public List<String> outcomes() {
    return database.rows(
        "SELECT outcome || coalesce(': ' || reason, '') FROM orchestrator_intake ORDER BY received_at");
  }

  /** The apps of all events in the order they came. */
  public List<String> apps() {
    return database.rows("SELECT app_name FROM orchestrator_intake ORDER BY received_at");
  }

  /** As if all events had come that long ago. */
  public void age(String interval) {
    database.execute(
        "UPDATE orchestrator_intake SET received_at = received_at - interval '%1$s', review_at = review_at - interval '%1$s', closed_at = closed_at - interval '%1$s'"
            .formatted(interval));
  }

  public String app(String name, String state) {
    String id = UUID.randomUUID().toString();
    database.execute("INSERT INTO apps VALUES ('%s', '%s', '%s')".formatted(id, name, state));
    return id;
  }

  public <T> T required(Supplier<T> work) {
    return database.transactions().required(work);
  }

  public static String environment(String name) {
    return Objects.requireNonNull(
        System.getenv(name), name + " is not set; run: eval \"$(script/services env)\"");
  }

  @Override
  public void close() {
    database.close();
    door.close();
  }
}
