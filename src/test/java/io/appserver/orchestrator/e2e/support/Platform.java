package io.appserver.orchestrator.e2e.support;

import io.appserver.orchestrator.testing.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * All there is in one run: the real services with a schema, a virtual host and an installation of
 * their own, and one orchestrator. Closing it removes everything that was made.
 */
public final class Platform implements AutoCloseable {

  /** Short enough not to wait for, long enough for a busy machine. */
  private static final Map<String, String> SHORT_TIMES =
      Map.of(
          "APPSERVER_DOCKER_HEALTH_CHECK_TIMEOUT", "1s",
          "APPSERVER_DOCKER_START_TIMEOUT", "20s",
          "APPSERVER_DOCKER_STOP_TIMEOUT", "2s",
          "APPSERVER_DOCKER_PULL_TIMEOUT", "1m",
          // Nothing may get well only because everything is looked at once in a while.
          "APPSERVER_DOCKER_RECONCILE_INTERVAL", "1h");

  private static final Duration PATIENCE = Patience.CONDITION;

  private final Services services;
  private final String installation = UUID.randomUUID().toString();
  private final Engine engine;
  private final Registry registry;
  private final Broker broker;
  private final Database database;
  private final AppServer appServer;
  private final OrchestratorServer server;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread lastResort = new Thread(this::closeAtExit, "closes the platform");

  private Platform(String name, Services services, Place place, Map<String, String> settings) {
    Path checkout = checkout();
    String run = name + "_" + installation.substring(0, 8);
    this.services = services;
    engine = new Engine(services);
    registry = new Registry(services, checkout);
    database = new Database(services, "e2e_" + run);
    broker = new Broker(services, "e2e_" + run);
    appServer = new AppServer(database, broker);
    var all = new HashMap<>(services.serverSettings());
    all.putAll(SHORT_TIMES);
    all.put("APPSERVER_DB_SCHEMA", database.schema());
    all.put("APPSERVER_RABBITMQ_URL", place.broker().apply(broker.url()).toString());
    all.put("APPSERVER_DOCKER_REGISTRY_URL", registry.address());
    all.put("APPSERVER_INSTALLATION_ID", installation);
    all.put("APPSERVER_ADMIN_USER", Api.OPERATOR);
    all.put("APPSERVER_ADMIN_PASSWORD", Api.passwordOf(Api.OPERATOR));
    all.put("APPSERVER_VIEWER_USER", Api.VIEWER);
    all.put("APPSERVER_VIEWER_PASSWORD", Api.passwordOf(Api.VIEWER));
    all.putAll(place.settings());
    all.putAll(settings);
    Path home = checkout.resolve("target/e2e").resolve(run);
    try {
      Files.createDirectories(home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server = new OrchestratorServer(checkout, home, place, all);
  }

  /** Everything but a running server. */
  public static Platform prepare(String name, Map<String, String> settings) {
    Platform platform = prepare(name, Services.fromEnvironment(), Place.HERE, settings);
    Runtime.getRuntime().addShutdownHook(platform.lastResort);
    return platform;
  }

  /**
   * Everything but a running server, which is to run in that place. The caller sees to its end,
   * whatever comes.
   */
  static Platform prepare(
      String name, Services services, Place place, Map<String, String> settings) {
    return new Platform(name, services, place, settings);
  }

  /** The directory of the sources, and of what was built from them. */
  static Path checkout() {
    return Path.of(System.getProperty("orchestrator.basedir", "")).toAbsolutePath();
  }

  /** Everything, with a server that is ready. */
  public static Platform start(String name, Map<String, String> settings) {
    return start(name, Services.fromEnvironment(), settings);
  }

  /** The same at those services. */
  public static Platform start(String name, Services services, Map<String, String> settings) {
    Platform platform = prepare(name, services, Place.HERE, settings);
    Runtime.getRuntime().addShutdownHook(platform.lastResort);
    try {
      platform.server.start();
      return platform;
    } catch (RuntimeException e) {
      platform.close();
      throw e;
    }
  }

  public AppServer appServer() {
    return appServer;
  }

  public Broker broker() {
    return broker;
  }

  public Database database() {
    return database;
  }

  public Engine engine() {
    return engine;
  }

  public Registry registry() {
    return registry;
  }

  /** The server's API, as its operator. */
  public Api api() {
    return Api.of(server, Api.OPERATOR);
  }

  public OrchestratorServer server() {
    return server;
  }

  public Services services() {
    return services;
  }

  /** The id that marks what this orchestrator made. */
  public String installation() {
    return installation;
  }

  /** Registers an app under a name of its own, with that image as its {@code latest}. */
  public App app(String baseName, String image, String... arguments) {
    App app = appServer.register(baseName);
    registry.push(image, app, arguments);
    return app;
  }

  /** An app of a well-behaved image, installed and healthy. */
  public App healthyApp(String baseName) {
    App app = app(baseName, "web");
    appServer.install(app);
    awaitState(app, "healthy");
    return app;
  }

  /** Waits until the app's deployment is in that state. */
  public void awaitState(App app, String state) {
    await(app, "is " + state, () -> assertState(app, state));
  }

  /** Waits longer than for other conditions. */
  public void awaitState(App app, String state, Duration atMost) {
    await(app, "is " + state, atMost, () -> assertState(app, state));
  }

  private void assertState(App app, String state) {
    String now = database.state(app);
    if (!now.equals(state)) {
      throw new AssertionError("is " + now + ", not " + state);
    }
  }

  /** Waits until the assertion about the app holds. */
  public void await(App app, String what, ThrowingCallable assertion) {
    await(app, what, PATIENCE, assertion);
  }

  /**
   * Waits until the assertion about the app holds; says all that is known of it if that does not
   * come about.
   */
  public void await(App app, String what, Duration atMost, ThrowingCallable assertion) {
    try {
      Awaitility.await(app + " " + what)
          .atMost(atMost)
          .pollInterval(Duration.ofMillis(50))
          .untilAsserted(assertion::call);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + "\n" + allKnownOf(app), e);
    }
  }

  /** Waits until every event that came for the app has an outcome. */
  public void awaitEventsSettled(App app, int events) {
    await(
        app,
        "has %d settled events".formatted(events),
        () -> {
          List<String> outcomes =
              database.intakes(app).stream().map(Database.Intake::outcome).toList();
          if (outcomes.size() != events || outcomes.contains("open")) {
            throw new AssertionError("the events are " + outcomes);
          }
        });
  }

  /**
   * The row, the history, the events, the last words of the container and the server's lines about
   * the app.
   */
  public String allKnownOf(App app) {
    return """
    row:        %s
    history:
    %s
    events:     %s
    containers: %s
    last words of the container:
    %s
    the server on it (all: %s):
    %s
    """
        .formatted(
            database.deployment(app).map(Object::toString).orElse("none"),
            database.history(app).stream()
                .map(entry -> "  " + entry)
                .collect(Collectors.joining("\n")),
            database.intakes(app),
            engine.containersOf(app).stream()
                .map(container -> container.getId().substring(0, 12) + " " + container.getStatus())
                .toList(),
            engine.lastLog(app.container(), 20),
            server.consoleFile(),
            String.join("\n", server.console(app)));
  }

  private void closeAtExit() {
    if (!closed.get()) {
      close();
    }
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    if (Thread.currentThread() != lastResort) {
      Runtime.getRuntime().removeShutdownHook(lastResort);
    }
    // All of them, whatever becomes of the others.
    try (database;
        engine;
        appServer;
        broker;
        registry;
        server) {
      server.close();
      registry.close();
      engine.removeAll(installation, registry.references());
    }
  }
}
