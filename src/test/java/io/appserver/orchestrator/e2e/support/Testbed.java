package io.appserver.orchestrator.e2e.support;

import io.appserver.orchestrator.testing.Relay;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A platform whose every part can be broken: an engine, a broker, a database and a registry of its
 * own, and lines to them that can be cut. The server runs in the engine's network, where it reaches
 * the containers. One at a time, as its services are always the same.
 */
public final class Testbed implements AutoCloseable {

  /** The data of the engine: images of 2 to 50 MB, their containers, and little more. */
  private static final int DATA_ROOT_MB = 256;

  private static final Map<String, String> SHORT_TIMES =
      Map.of(
          "APPSERVER_DOCKER_HEALTH_CHECK_INTERVAL", "2s",
          // A busy machine starts slowly; what is slow is not what is tested here.
          "APPSERVER_DOCKER_START_TIMEOUT", "30s",
          "APPSERVER_DOCKER_PULL_TIMEOUT", "30s");

  private final SecondEngine engine;
  private OwnServices services;
  private Relay brokerLine;
  private Relay databaseLine;
  private Relay registryLine;
  private Platform platform;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread lastResort = new Thread(this::closeAtExit, "closes the testbed");

  private Testbed() {
    // First, as it says what is missing on this machine.
    engine = SecondEngine.start(DATA_ROOT_MB);
    Runtime.getRuntime().addShutdownHook(lastResort);
  }

  /**
   * Starts everything, with a server that is ready.
   *
   * @param name letters and underscores: it becomes part of names in the database
   */
  public static Testbed start(String name) {
    var testbed = new Testbed();
    try {
      testbed.startAll(name);
      return testbed;
    } catch (RuntimeException e) {
      testbed.close();
      throw e;
    }
  }

  private void startAll(String name) {
    services = OwnServices.start(Platform.checkout());
    Services here = services.services();
    brokerLine = lineTo(here.broker());
    databaseLine = lineTo(URI.create(here.databaseUrl().substring("jdbc:".length())));
    registryLine = lineTo(here.registry());
    platform = Platform.prepare(name, here.withEngine(engine.socket()), place(), Map.of());
    platform.server().start();
  }

  private Relay lineTo(URI service) {
    var line = new Relay(engine.network().outside(), service.getHost(), service.getPort());
    line.open();
    return line;
  }

  private Place place() {
    var settings = new HashMap<>(SHORT_TIMES);
    settings.put("APPSERVER_DOCKER_SOCKET_PATH", engine.socket());
    settings.put("APPSERVER_DOCKER_REGISTRY_URL", registryLine.address());
    settings.put("APPSERVER_DB_HOST", engine.network().outside().getHostAddress());
    settings.put("APPSERVER_DB_PORT", Integer.toString(databaseLine.port()));
    return new Place(
        engine.network().command(), engine.network().inside(), settings, this::throughTheLine);
  }

  private URI throughTheLine(URI broker) {
    try {
      return new URI(
          broker.getScheme(),
          broker.getUserInfo(),
          engine.network().outside().getHostAddress(),
          brokerLine.port(),
          broker.getPath(),
          null,
          null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public Platform platform() {
    return platform;
  }

  public SecondEngine engine() {
    return engine;
  }

  public OwnServices services() {
    return services;
  }

  /** Between the server and the broker. */
  public Relay brokerLine() {
    return brokerLine;
  }

  /** Between the server and the database. */
  public Relay databaseLine() {
    return databaseLine;
  }

  /** Between the engine and the registry. */
  public Relay registryLine() {
    return registryLine;
  }

  /** Undoes what a test that failed may have left broken. */
  public void repair() {
    for (Relay line : new Relay[] {brokerLine, databaseLine, registryLine}) {
      line.letGo();
    }
    for (OwnServices.Service service : OwnServices.Service.values()) {
      services.letGo(service);
    }
    services.start();
    engine.freeSpace();
    engine.startUnlessItAnswers();
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
    // What the platform would remove goes with the services: there is no need to mend them for
    // that.
    if (platform != null) {
      platform.server().close();
    }
    closeAll(Arrays.asList(registryLine, databaseLine, brokerLine, services, engine));
  }

  /** One after another, whatever becomes of the others. */
  private static void closeAll(List<AutoCloseable> parts) {
    RuntimeException trouble = null;
    for (AutoCloseable part : parts) {
      try {
        if (part != null) {
          part.close();
        }
      } catch (Exception e) {
        trouble = new IllegalStateException("not everything was removed", e);
      }
    }
    if (trouble != null) {
      throw trouble;
    }
  }
}
