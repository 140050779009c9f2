package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.testing.FakeApp;
import io.appserver.orchestrator.testing.FakeApp.Manner;
import io.appserver.orchestrator.testing.FakeEngine;
import io.appserver.orchestrator.testing.TestDatabase;
import io.appserver.orchestrator.testing.Workshop;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** The platform's tables, and the registry its apps come from. */
final class Platform {

  private static final List<String> TABLES = List.of("settings", "dependencies", "apps");

  static final List<String> STAGES = List.of("latest", "testing", "pre-release");

  private final TestDatabase database;
  private final FakeEngine engine;
  private final Map<AppName, UUID> ids = new HashMap<>();

  /** How the app of an image behaves; a reference that is not in it has no image. */
  private final Map<String, Manner> images = new HashMap<>();

  private int made;

  /** Those of the tables that nobody finds now. */
  private final Set<String> away = new TreeSet<>();

  Platform(TestDatabase database, FakeEngine engine) {
    this.database = database;
    this.engine = engine;
  }

  /** Makes the app, not installed, with two stages that work. */
  void create(AppName app) {
    STAGES.subList(0, 2).forEach(stage -> offer(app, stage, Manner.WELL));
    insert(app, "registered");
  }

  /** A new row, and with it a new id. */
  void insert(AppName app, String state) {
    UUID id =
        UUID.nameUUIDFromBytes("%s %d".formatted(app, ++made).getBytes(StandardCharsets.UTF_8));
    ids.put(app, id);
    database.execute(
        "INSERT INTO %s VALUES ('%s', '%s', '%s')".formatted(now("apps"), id, app, state));
  }

  void delete(AppName app) {
    database.execute("DELETE FROM %s WHERE name = '%s'".formatted(now("apps"), app));
  }

  boolean exists(AppName app) {
    return !database
        .rows("SELECT 1 FROM %s WHERE name = '%s'".formatted(now("apps"), app))
        .isEmpty();
  }

  boolean installed(AppName app) {
    return !database
        .rows(
            "SELECT 1 FROM %s WHERE name = '%s' AND state = 'installed'"
                .formatted(now("apps"), app))
        .isEmpty();
  }

  void state(AppName app, String state) {
    if (exists(app)) {
      database.execute(
          "UPDATE %s SET state = '%s' WHERE name = '%s'".formatted(now("apps"), state, app));
    } else {
      insert(app, state);
    }
  }

  UUID id(AppName app) {
    return ids.getOrDefault(app, new UUID(0, 0));
  }

  void setting(AppName app, String key, String value) {
    database.execute(
        """
        INSERT INTO %1$s VALUES ('%2$s', '%3$s', '%4$s')
        ON CONFLICT (app_id, key) DO UPDATE SET value = '%4$s'
        """
            .formatted(now("settings"), id(app), key, value));
  }

  void dependency(AppName dependant, AppName needed, String kind) {
    database.execute(
        "INSERT INTO %s VALUES ('%s', '%s', '%s')"
            .formatted(now("dependencies"), id(dependant), id(needed), kind));
  }

  void noDependencies() {
    database.execute("DELETE FROM " + now("dependencies"));
  }

  /** One of the tables has another name for a while; it is written to as ever. */
  void takeAway(int which) {
    String table = TABLES.get(which % TABLES.size());
    if (away.add(table)) {
      database.execute("ALTER TABLE %1$s RENAME TO %1$s_away".formatted(table));
    }
  }

  void bringBack() {
    away.forEach(
        table -> database.execute("ALTER TABLE %1$s_away RENAME TO %1$s".formatted(table)));
    away.clear();
  }

  private String now(String table) {
    return away.contains(table) ? table + "_away" : table;
  }

  static String reference(AppName app, String stage) {
    return "%s/%s:%s".formatted(Workshop.REGISTRY, app, stage);
  }

  void offer(AppName app, String stage, Manner manner) {
    images.put(reference(app, stage), manner);
    engine.offer(
        reference(app, stage),
        (manner == Manner.ENDS ? FakeApp.ending(3) : FakeApp.of(manner)).withVolumes("/state"));
  }

  void withdraw(AppName app, String stage) {
    images.remove(reference(app, stage));
    engine.withdraw(reference(app, stage));
  }

  /** Whether what is in the registry for that stage works. */
  boolean works(AppName app, String stage) {
    Manner manner = images.get(reference(app, stage));
    return manner == Manner.WELL || manner == Manner.DEAF;
  }
}
