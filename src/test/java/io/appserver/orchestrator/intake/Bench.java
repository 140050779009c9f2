package io.appserver.orchestrator.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.jpa.PlatformTables;
import io.appserver.orchestrator.convergence.Identity;
import io.appserver.orchestrator.convergence.Look;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.jpa.JpaDeployments;
import io.appserver.orchestrator.intake.jpa.JpaIntakeStore;
import io.appserver.orchestrator.testing.TestDatabase;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.sql.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The intake on a schema of its own in the real PostgreSQL, behind a {@link Door}, without a
 * server.
 */
public final class Bench implements AutoCloseable {

  public static final String NODE = "here";
  private static final ThreadLocal<EntityManager> CURRENT = new ThreadLocal<>();

  public final TestDatabase database = TestDatabase.create();
  public final Door door;
  public final RecordingSignals signals = new RecordingSignals();
  public final List<String> received = new CopyOnWriteArrayList<>();
  public final List<String> deadLettered = new CopyOnWriteArrayList<>();
  public final IntakeStore store;
  public final Intake intake;
  public final AppNames names;
  public final Reception reception;
  public final Settlement settlement;
  public final PendingEvents pending;
  private final EntityManagerFactory factory;
  private final Identity identity = new Identity("installation", NODE, UUID.randomUUID());

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
    var url = URI.create(environment("ORCHESTRATOR_TEST_DB_URL").substring("jdbc:".length()));
    door = new Door(url.getHost(), url.getPort());
    var dataSource = new PGSimpleDataSource();
    dataSource.setUrl("jdbc:postgresql://127.0.0.1:%d%s".formatted(door.port(), url.getPath()));
    dataSource.setUser(environment("APPSERVER_DB_USER"));
    dataSource.setPassword(environment("APPSERVER_DB_PASSWORD"));
    String schema = database.rows("SELECT current_schema()").getFirst();
    dataSource.setCurrentSchema(schema);
    dataSource.setConnectTimeout(2);
    Map<String, Object> properties = new HashMap<>();
    properties.put("jakarta.persistence.transactionType", "RESOURCE_LOCAL");
    properties.put("jakarta.persistence.jtaDataSource", "");
    properties.put("jakarta.persistence.nonJtaDataSource", dataSource);
    properties.put("eclipselink.weaving", "false");
    properties.put("eclipselink.logging.level", "OFF");
    properties.put("eclipselink.session-name", schema + "_door");
    factory = Persistence.createEntityManagerFactory("orchestrator", properties);

    EntityManager entities = proxy(EntityManager.class, Bench::onCurrent);
    store = transactional(IntakeStore.class, new JpaIntakeStore(entities));
    AppCatalog catalog = transactional(AppCatalog.class, new PlatformTables(entities));
    Deployments deployments = transactional(Deployments.class, new JpaDeployments(entities));
    names = new AppNames(catalog, deployments);
    intake =
        new Intake(store, signals, () -> identity) {
          @Override
          public UUID accept(Message message, AppEvent event) {
            return required(() -> super.accept(message, event));
          }

          @Override
          public void name(OpenEvent event, AppName name) {
            required(() -> {
              super.name(event, name);
              return true;
            });
          }
        };
    reception = new Reception(names, intake, store, List.of(observer));
    settlement =
        new Settlement(store, () -> identity) {
          @Override
          public void looked(Look look) {
            required(() -> {
              super.looked(look);
              return true;
            });
          }
        };
    pending = new PendingEvents(store, intake, names, signals, () -> identity);
  }

  public Identity identity() {
    return identity;
  }

  public Handling receive(EventKind kind, String body) {
    return receive(kind, body, Map.of());
  }

  public Handling receive(EventKind kind, String body, Map<String, Object> headers) {
    return reception.handle(
        new Message(
            kind,
            "orchestrator.subscriber." + kind.routingKey(),
            "appserver.events",
            kind.routingKey(),
            headers,
            Map.of("content_type", "application/json", Message.MESSAGE_ID, "m-1"),
            new Body(body.getBytes(UTF_8))));
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
    if (CURRENT.get() != null) {
      return work.get();
    }
    EntityManager entities = factory.createEntityManager();
    CURRENT.set(entities);
    try {
      entities.getTransaction().begin();
      entities.unwrap(Connection.class); // has reading, too, happen in the transaction
      T answer = work.get();
      entities.getTransaction().commit();
      return answer;
    } finally {
      CURRENT.remove();
      if (entities.getTransaction().isActive()) {
        entities.getTransaction().rollback();
      }
      entities.close();
    }
  }

  private <T> T transactional(Class<T> type, T bean) {
    return proxy(type, (method, arguments) -> required(() -> invoke(method, bean, arguments)));
  }

  private static Object onCurrent(Method method, Object[] arguments) {
    return invoke(method, Objects.requireNonNull(CURRENT.get(), "no transaction"), arguments);
  }

  private interface Call {
    Object on(Method method, Object[] arguments);
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call.on(method, arguments)));
  }

  private static Object invoke(Method method, Object target, Object[] arguments) {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String environment(String name) {
    return Objects.requireNonNull(
        System.getenv(name), name + " is not set; run: eval \"$(script/services env)\"");
  }

  @Override
  public void close() {
    factory.close();
    door.close();
    database.close();
  }
}
