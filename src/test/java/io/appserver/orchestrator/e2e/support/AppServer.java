package io.appserver.orchestrator.e2e.support;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Plays the platform: keeps its tables, and publishes its events after the database is up to date.
 */
public final class AppServer implements AutoCloseable {

  public static final String INSTALLED = "app.installed";
  public static final String UNINSTALLED = "app.uninstalled";

  private final Database database;
  private final Broker broker;
  private final Map<String, Integer> published = new ConcurrentHashMap<>();

  AppServer(Database database, Broker broker) {
    this.database = database;
    this.broker = broker;
    database.update("CREATE SCHEMA " + database.schema());
    // More columns than the orchestrator knows of, as in a platform that goes on growing.
    database.update(
        """
        CREATE TABLE apps (id uuid PRIMARY KEY, name text NOT NULL, state text NOT NULL, display_name text,
          manifest jsonb NOT NULL DEFAULT '{}', created_at timestamptz NOT NULL DEFAULT now())
        """);
    database.update(
        """
        CREATE TABLE settings (app_id uuid NOT NULL, key text NOT NULL, value text, data_type text NOT NULL DEFAULT 'string',
          sensitive boolean NOT NULL DEFAULT false, PRIMARY KEY (app_id, key))
        """);
    database.update(
        """
        CREATE TABLE dependencies (app_id uuid NOT NULL, depends_on_app_id uuid NOT NULL, kind text NOT NULL,
          version_constraint text, created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (app_id, depends_on_app_id))
        """);
  }

  /** Registers an app under a name that nobody else has. */
  public App register(String baseName) {
    String unique =
        Long.toString(
            ThreadLocalRandom.current().nextLong(36L * 36 * 36 * 36, 36L * 36 * 36 * 36 * 36), 36);
    return registerAgain(baseName + "-" + unique);
  }

  /** Registers an app of that name under a new id. */
  public App registerAgain(String name) {
    var app = new App(UUID.randomUUID(), name);
    database.update(
        "INSERT INTO apps (id, name, state, display_name) VALUES (?, ?, 'registered', 'An app')",
        app.id(),
        app.name());
    return app;
  }

  /** Deletes the app from the platform's tables; no event. */
  public void forget(App app) {
    database.update("DELETE FROM apps WHERE id = ?", app.id());
  }

  public void set(App app, Map<String, String> settings) {
    settings.forEach((key, value) ->
        database.update(
            """
            INSERT INTO settings (app_id, key, value) VALUES (?, ?, ?)
            ON CONFLICT (app_id, key) DO UPDATE SET value = excluded.value
            """,
            app.id(),
            key,
            value));
  }

  public void dependOnHard(App app, App needed) {
    dependOn(app, needed, "HARD");
  }

  public void dependOnSoft(App app, App needed) {
    dependOn(app, needed, "SOFT");
  }

  private void dependOn(App app, App needed, String kind) {
    database.update(
        "INSERT INTO dependencies (app_id, depends_on_app_id, kind) VALUES (?, ?, ?)",
        app.id(),
        needed.id(),
        kind);
  }

  /** Does what {@code installApp} does, for each: the row first, then the event. */
  public void install(App... apps) {
    for (App app : apps) {
      markInstalled(app);
      publishInstalled(app);
    }
  }

  /** Does what {@code uninstallApp} does. */
  public void uninstall(App... apps) {
    for (App app : apps) {
      markUninstalled(app);
      publishUninstalled(app);
    }
  }

  /** The row only; the event is lost. */
  public void markInstalled(App app) {
    mark(app, "installed");
  }

  /** The row only; the event is lost. */
  public void markUninstalled(App app) {
    mark(app, "uninstalled");
  }

  private void mark(App app, String state) {
    database.update("UPDATE apps SET state = ? WHERE id = ?", state, app.id());
  }

  /** The event only. */
  public void publishInstalled(App app) {
    publish(INSTALLED, app);
  }

  /** The event only. */
  public void publishUninstalled(App app) {
    publish(UNINSTALLED, app);
  }

  private void publish(String routingKey, App app) {
    broker.publish(routingKey, app.event());
    published.merge(app.name(), 1, Integer::sum);
  }

  /** How many events about the app the broker has confirmed. */
  int published(App app) {
    return published.getOrDefault(app.name(), 0);
  }

  /** The ids of the apps that are to run. */
  Set<UUID> installed() {
    return Set.copyOf(
        database.query(
            "SELECT id FROM apps WHERE state = 'installed'",
            row -> row.getObject("id", UUID.class)));
  }

  /** The names of all apps there ever were. */
  List<App> apps() {
    return database.query(
        "SELECT id, name FROM apps",
        row -> new App(row.getObject("id", UUID.class), row.getString("name")));
  }

  Stream<String> names() {
    return apps().stream().map(App::name);
  }

  @Override
  public void close() {
    database.update("DROP SCHEMA " + database.schema() + " CASCADE");
  }
}
