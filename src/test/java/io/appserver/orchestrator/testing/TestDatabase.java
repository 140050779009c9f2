package io.appserver.orchestrator.testing;

import io.appserver.orchestrator.convergence.Transactions;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.postgresql.Driver;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A schema of its own in the real PostgreSQL, with the platform's tables and ours, and the stores
 * on it outside of the server: a transaction a call, or the caller's, as the server's beans have
 * it.
 */
public final class TestDatabase implements AutoCloseable {

  private final String schema;
  private final boolean ours;
  private final PGSimpleDataSource dataSource = new PGSimpleDataSource();
  private final EntityManagerFactory factory;

  /** Open, and used by nobody at the moment. */
  private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();

  @SuppressWarnings("ThreadLocalUsage") // one a database, and few of these live at a time
  private final ThreadLocal<EntityManager> current = new ThreadLocal<>();

  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<List<Runnable>> afterCommit = ThreadLocal.withInitial(ArrayList::new);

  private TestDatabase(String schema, boolean ours) {
    this.schema = schema;
    this.ours = ours;
    dataSource.setUrl(environment("ORCHESTRATOR_TEST_DB_URL"));
    dataSource.setUser(environment("APPSERVER_DB_USER"));
    dataSource.setPassword(environment("APPSERVER_DB_PASSWORD"));
    if (ours) {
      execute("CREATE SCHEMA " + schema);
    }
    closeIdle(); // it was opened before there was the schema
    dataSource.setCurrentSchema(schema);
    if (ours) {
      fill();
    }
    Map<String, Object> properties = new HashMap<>();
    properties.put("jakarta.persistence.transactionType", "RESOURCE_LOCAL");
    properties.put("jakarta.persistence.jtaDataSource", "");
    properties.put("jakarta.persistence.nonJtaDataSource", "");
    // By address, because EclipseLink then keeps connections: to open one costs more than its use.
    properties.put("jakarta.persistence.jdbc.driver", Driver.class.getName());
    properties.put("jakarta.persistence.jdbc.url", address());
    properties.put("eclipselink.weaving", "false");
    properties.put("eclipselink.logging.level", "WARNING");
    properties.put("eclipselink.session-name", schema);
    factory = Persistence.createEntityManagerFactory("orchestrator", properties);
  }

  /** With the login in it: EclipseLink takes some passwords for encrypted ones. */
  private String address() {
    String url = dataSource.getURL();
    return "%s%suser=%s&password=%s"
        .formatted(
            url,
            url.contains("?") ? "&" : "?",
            URLEncoder.encode(dataSource.getUser(), StandardCharsets.UTF_8),
            URLEncoder.encode(dataSource.getPassword(), StandardCharsets.UTF_8));
  }

  private void fill() {
    execute(
        """
        CREATE TABLE apps (id uuid PRIMARY KEY, name text NOT NULL, state text NOT NULL);
        CREATE TABLE settings (app_id uuid NOT NULL, key text NOT NULL, value text, PRIMARY KEY (app_id, key));
        CREATE TABLE dependencies (app_id uuid NOT NULL, depends_on_app_id uuid NOT NULL, kind text NOT NULL);
        """);
    Flyway.configure()
        .dataSource(dataSource)
        .defaultSchema(schema)
        .table("orchestrator_schema_history")
        .locations("classpath:db/orchestrator")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load()
        .migrate();
  }

  public static TestDatabase create() {
    return new TestDatabase(
        "t_" + Long.toString(System.nanoTime(), 36) + "_" + ProcessHandle.current().pid(), true);
  }

  /** The one that another process made, and will remove. */
  public static TestDatabase join(String schema) {
    return new TestDatabase(schema, false);
  }

  public String schema() {
    return schema;
  }

  private static String environment(String name) {
    return Objects.requireNonNull(
        System.getenv(name), name + " is not set; run: eval \"$(script/services env)\"");
  }

  public void execute(String sql) {
    withStatement(sql, statement -> statement.execute(sql));
  }

  /** Something done with a statement. */
  private interface Use<T> {
    T of(Statement statement) throws SQLException;
  }

  private <T> T withStatement(String sql, Use<T> use) {
    try {
      Connection kept = idle.poll();
      Connection connection = kept == null ? dataSource.getConnection() : kept;
      try (var statement = connection.createStatement()) {
        T answer = use.of(statement);
        idle.add(connection);
        return answer;
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Empties every table, the platform's and ours. */
  public void clear() {
    execute(
        """
        TRUNCATE apps, settings, dependencies, deployments, orchestrator_work, orchestrator_act,
          orchestrator_history, orchestrator_intake, orchestrator_outbox, orchestrator_node,
          orchestrator_hold, orchestrator_move
        """);
  }

  /** The rows of a query, each as its columns joined by a space. */
  public List<String> rows(String sql) {
    return withStatement(
        sql,
        statement -> {
          try (var rows = statement.executeQuery(sql)) {
            var found = new ArrayList<String>();
            while (rows.next()) {
              var columns = new ArrayList<String>();
              for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                columns.add(String.valueOf(rows.getString(i)));
              }
              found.add(String.join(" ", columns));
            }
            return found;
          }
        });
  }

  /** The entity manager of the calling thread's transaction, for stores. */
  public EntityManager entities() {
    return proxy(
        EntityManager.class,
        (method, arguments) ->
            method.invoke(
                Objects.requireNonNull(current.get(), "no transaction on this thread"), arguments));
  }

  /** The store behind its interface, with a transaction around each call. */
  public <T> T transactional(Class<T> type, T store) {
    return proxy(type, (method, arguments) -> required(() -> invoke(method, store, arguments)));
  }

  public Transactions transactions() {
    return new Transactions() {
      @Override
      public <T> T required(Supplier<T> work) {
        return TestDatabase.this.required(work);
      }

      @Override
      public void afterCommit(Runnable action) {
        afterCommit.get().add(action);
      }
    };
  }

  private <T> T required(Supplier<T> work) {
    if (current.get() != null) {
      return work.get();
    }
    EntityManager entities = factory.createEntityManager();
    current.set(entities);
    T answer;
    try {
      entities.getTransaction().begin();
      entities.unwrap(Connection.class); // else native reads would go past the transaction
      answer = work.get();
      entities.getTransaction().commit();
    } finally {
      current.remove();
      if (entities.getTransaction().isActive()) {
        entities.getTransaction().rollback();
        afterCommit.get().clear();
      }
      entities.close();
    }
    List<Runnable> actions = List.copyOf(afterCommit.get());
    afterCommit.get().clear();
    actions.forEach(Runnable::run);
    return answer;
  }

  private interface Call {
    Object on(java.lang.reflect.Method method, Object[] arguments)
        throws ReflectiveOperationException;
  }

  private static Object invoke(java.lang.reflect.Method method, Object target, Object[] arguments) {
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

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return call.on(method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Override
  public void close() {
    factory.close();
    if (ours) {
      execute("DROP SCHEMA " + schema + " CASCADE");
    }
    closeIdle();
  }

  private void closeIdle() {
    for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IllegalStateException("a connection could not be closed", e);
      }
    }
  }
}
