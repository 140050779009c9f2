package io.appserver.orchestrator.e2e.support;

import java.util.Map;

/** A platform whose server reaches engine and database through counters. */
public final class CountedPlatform implements AutoCloseable {

  private final CountedEngine engine;
  private final CountedDatabase database;
  private final Platform platform;

  private CountedPlatform(CountedEngine engine, CountedDatabase database, Platform platform) {
    this.engine = engine;
    this.database = database;
    this.platform = platform;
  }

  /**
   * With a server that is ready.
   *
   * @param name letters and underscores: it becomes part of names in the database
   */
  public static CountedPlatform start(String name) {
    Services services = Services.fromEnvironment();
    var engine = CountedEngine.before(services.engineSocket());
    var database = CountedDatabase.before(services);
    try {
      var platform =
          Platform.start(
              name,
              Map.of(
                  "APPSERVER_DOCKER_SOCKET_PATH", engine.socket(),
                  "APPSERVER_DB_HOST", "127.0.0.1",
                  "APPSERVER_DB_PORT", database.port()));
      return new CountedPlatform(engine, database, platform);
    } catch (RuntimeException e) {
      engine.close();
      database.close();
      throw e;
    }
  }

  public Platform platform() {
    return platform;
  }

  /**
   * What that work costs.
   *
   * @param app the only one that anything is done for meanwhile
   * @param work returns once nothing of it is left to do
   */
  public CountedWork of(App app, Runnable work) {
    int requests = engine.requests().size();
    int transactions = database.transactions().size();
    work.run();
    var allRequests = engine.requests();
    var allTransactions = database.transactions();
    return CountedWork.of(
        app,
        allRequests.subList(requests, allRequests.size()),
        allTransactions.subList(transactions, allTransactions.size()));
  }

  @Override
  public void close() {
    try (engine;
        database) {
      platform.close();
    }
  }
}
