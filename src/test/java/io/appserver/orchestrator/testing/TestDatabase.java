package io.appserver.orchestrator.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.appserver.orchestrator.convergence.work.Transactions;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A schema of its own in the real PostgreSQL, with the platform's tables and ours, and the stores
 * on it outside of the server: a transaction a call, or the caller's, as the server's beans have
 * it.
 */
public final class TestDatabase implements AutoCloseable {

  private static final String DEADLOCK = "40P01";
  private static final int MOST_DEADLOCKS = 10;

  private final String schema;
  private final boolean ours;
  private final Interference interference;
  private final PGSimpleDataSource server = new PGSimpleDataSource();
  private final HikariDataSource pool;
  private final DataSource dataSource;
  private final EntityManagerFactory factory;

  @SuppressWarnings("ThreadLocalUsage") // one a database, and few of these live at a time
  private final ThreadLocal<EntityManager> current = new ThreadLocal<>();

  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<List<Runnable>> afterCommit = ThreadLocal.withInitial(ArrayList::new);

  /** What happens around the transactions of the stores. */
  public interface Interference {
    Interference NONE = new Interference() {};

    /** A transaction is about to begin; outside of it. */
    default void beginning() {}

    /** Everything was written; what is thrown undoes it. */
    default void committing() {}

    /** It has committed; what is thrown hides that. */
    default void committed() {}
  }

  private TestDatabase(
      String schema,
      boolean ours,
      Interference interference,
      Optional<Supplier<Instant>> clock,
      UnaryOperator<String> way) {
    this.schema = schema;
    this.ours = ours;
    this.interference = interference;
    String url = environment("ORCHESTRATOR_TEST_DB_URL");
    server.setUrl(url);
    server.setUser(environment("APPSERVER_DB_USER"));
    server.setPassword(environment("APPSERVER_DB_PASSWORD"));
    server.setCurrentSchema(schema);
    pool = ConnectionPool.of(server);
    dataSource = clock.<DataSource>map(now -> new SimulatedClock(server, now)).orElse(pool);
    if (ours) {
      execute("CREATE SCHEMA " + schema);
    }
    if (clock.isPresent()) {
      SimulatedClock.install(this::execute, schema);
      server.setOptions("-c synchronous_commit=off");
      server.setCurrentSchema(schema + ",pg_catalog"); // ours before PostgreSQL's own clocks
      ((SimulatedClock) dataSource).reconnect();
    }
    if (ours) {
      fill();
    }
    var reached = new PGSimpleDataSource();
    reached.setUrl(way.apply(url));
    reached.setUser(environment("APPSERVER_DB_USER"));
    reached.setPassword(environment("APPSERVER_DB_PASSWORD"));
    reached.setCurrentSchema(schema);
    reached.setConnectTimeout(2); // seconds
    Map<String, Object> properties = new HashMap<>();
    properties.put("jakarta.persistence.transactionType", "RESOURCE_LOCAL");
    properties.put("jakarta.persistence.jtaDataSource", "");
    boolean straight = way.apply(url).equals(url);
    properties.put("jakarta.persistence.nonJtaDataSource", straight ? dataSource : reached);
    properties.put("eclipselink.weaving", "false");
    properties.put("eclipselink.logging.level", "WARNING");
    properties.put("eclipselink.session-name", schema);
    factory = Persistence.createEntityManagerFactory("orchestrator", properties);
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
    return create(UnaryOperator.identity());
  }

  /** One whose clock is not PostgreSQL's. */
  public static TestDatabase create(Interference interference, Supplier<Instant> clock) {
    return new TestDatabase(
        newSchema(), true, interference, Optional.of(clock), UnaryOperator.identity());
  }

  /** One whose stores reach it at another URL, which is made of its own; tests go straight. */
  public static TestDatabase create(UnaryOperator<String> way) {
    return new TestDatabase(newSchema(), true, Interference.NONE, Optional.empty(), way);
  }

  /** The one that another process made, and will remove. */
  public static TestDatabase join(String schema) {
    return new TestDatabase(
        schema, false, Interference.NONE, Optional.empty(), UnaryOperator.identity());
  }

  private static String newSchema() {
    return "t_" + Long.toString(System.nanoTime(), 36) + "_" + ProcessHandle.current().pid();
  }

  public String schema() {
    return schema;
  }

  /** Connections outside of any transaction of the stores. */
  public DataSource dataSource() {
    return dataSource;
  }

  /**
   * Has every session begin with those settings, such as {@code -c lock_timeout=1s}, as if they
   * were the login's or the database's own; those that are idle end.
   */
  public void beginSessionsWith(String settings) {
    server.setOptions(settings);
    pool.getHikariPoolMXBean().softEvictConnections();
  }

  /** The same server by another login, for the caller to close; an empty schema is none. */
  public static HikariDataSource login(String user, String password, String schema) {
    return login(environment("ORCHESTRATOR_TEST_DB_URL"), user, password, schema);
  }

  /** A login at the server of that URL, for the caller to close; an empty schema is none. */
  public static HikariDataSource login(String url, String user, String password, String schema) {
    var settings = new HikariConfig();
    settings.setJdbcUrl(url);
    settings.setUsername(user);
    settings.setPassword(password);
    settings.setMinimumIdle(0);
    settings.setConnectionTimeout(ConnectionPool.PATIENCE.toMillis());
    settings.setInitializationFailTimeout(-1); // whoever asks is told, not whoever makes it
    if (!schema.isEmpty()) {
      settings.addDataSourceProperty("currentSchema", schema);
    }
    return new HikariDataSource(settings);
  }

  private static String environment(String name) {
    return Objects.requireNonNull(
        System.getenv(name), name + " is not set; run: eval \"$(script/services env)\"");
  }

  /**
   * Executes statements, as one transaction. An orchestrator that is about to end may read the same
   * tables in another order: whoever of the two the database gives up, tries again.
   */
  public void execute(String sql) {
    for (int left = MOST_DEADLOCKS; !executed(sql, left == 0); left--) {
      // the database waited a second before it gave one up
    }
  }

  /** False for a deadlock. */
  private boolean executed(String sql, boolean last) {
    try {
      executeOnce(sql);
      return true;
    } catch (IllegalStateException e) {
      boolean deadlock =
          e.getCause() instanceof SQLException cause && DEADLOCK.equals(cause.getSQLState());
      if (last || !deadlock) {
        throw e;
      }
      return false;
    }
  }

  private void executeOnce(String sql) {
    try (Connection connection = dataSource.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
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
          orchestrator_hold, orchestrator_move, orchestrator_volume, orchestrator_purge,
          orchestrator_orphan, orchestrator_platform_table
        """);
  }

  /** As {@link #clear}, and sooner where there is little. */
  public void empty() {
    execute(
        """
        DELETE FROM apps; DELETE FROM settings; DELETE FROM dependencies; DELETE FROM deployments;
        DELETE FROM orchestrator_work; DELETE FROM orchestrator_act; DELETE FROM orchestrator_history;
        DELETE FROM orchestrator_intake; DELETE FROM orchestrator_outbox; DELETE FROM orchestrator_node;
        DELETE FROM orchestrator_hold; DELETE FROM orchestrator_move;
        DELETE FROM orchestrator_volume; DELETE FROM orchestrator_purge; DELETE FROM orchestrator_orphan; DELETE FROM orchestrator_platform_table
        """);
  }

  /** The rows of a query, each as its columns joined by a space. */
  public List<String> rows(String sql) {
    try (Connection connection = dataSource.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var found = new ArrayList<String>();
      while (rows.next()) {
        var columns = new ArrayList<String>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          columns.add(String.valueOf(rows.getString(i)));
        }
        found.add(String.join(" ", columns));
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
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
    interference.beginning();
    EntityManager entities = factory.createEntityManager();
    current.set(entities);
    T answer;
    try {
      entities.getTransaction().begin();
      entities.unwrap(Connection.class); // else native reads would go past the transaction
      answer = work.get();
      interference.committing();
      entities.getTransaction().commit();
    } finally {
      current.remove();
      if (entities.getTransaction().isActive()) {
        entities.getTransaction().rollback();
        afterCommit.get().clear();
      }
      entities.close();
    }
    interference.committed();
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
    pool.close();
  }
}
