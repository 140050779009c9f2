package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.UnreadableRow;
import io.appserver.orchestrator.convergence.signal.Cause;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the platform's tables may look like for a while, and what that costs the apps that run. */
@Order(1)
class PlatformTablesE2E extends InTablesWorkshop {

  private record Change(String away, String back, String words) {}

  private static final List<Change> CHANGES =
      List.of(
          new Change(
              "ALTER TABLE settings RENAME TO away",
              "ALTER TABLE away RENAME TO settings",
              "the table settings was there"),
          new Change(
              "ALTER TABLE dependencies RENAME TO away",
              "ALTER TABLE away RENAME TO dependencies",
              "the table dependencies was there"),
          new Change("ALTER TABLE apps RENAME TO away", "ALTER TABLE away RENAME TO apps", "apps"),
          new Change(
              "ALTER TABLE settings RENAME COLUMN value TO other",
              "ALTER TABLE settings RENAME COLUMN other TO value",
              "value"),
          new Change(
              "ALTER TABLE dependencies RENAME COLUMN kind TO other",
              "ALTER TABLE dependencies RENAME COLUMN other TO kind",
              "kind"),
          new Change(
              "ALTER TABLE apps RENAME COLUMN state TO other",
              "ALTER TABLE apps RENAME COLUMN other TO state",
              "state"));

  @Test
  void whatIsAwayForAWhileCostsNoAppItsContainer() {
    Supervision supervision = watchingBoth();
    for (Change change : CHANGES) {
      database.execute(change.away());
      eventually("told", () -> assertThat(supervision.trouble()).contains(change.words()));
      lookAt("todos", "plain");
      assertThat(supervision.watched()).isEqualTo(2);
      database.execute(change.back());
      eventually("over", () -> assertThat(supervision.trouble()).isEmpty());
      assertNothingWasDone();
    }
    lookAt("todos", "plain");
    eventually("nothing remains", () -> assertThat(shop.reason("todos")).isEqualTo("null"));
    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertNothingWasDone();
  }

  @Test
  void anInstallWaitsForSettingsAndDependenciesThatAreAway() {
    database.execute("ALTER TABLE settings RENAME TO away");
    shop.app("fresh", "installed");
    shop.install("fresh");
    assertWaits("fresh", "the table settings was there");
    shop.awaitRest();
    assertNothingWasDone();
    database.execute(
        "ALTER TABLE away RENAME TO settings; ALTER TABLE dependencies RENAME TO away");
    assertWaits("fresh", "the table dependencies was there");
    assertNothingWasDone();
    database.execute("ALTER TABLE away RENAME TO dependencies");
    shop.awaitState("fresh", "healthy");
  }

  @Test
  void rowsThatCannotBeReadAreToldAndTheirAppsLeftAsTheyAre() {
    for (String app : List.of("prefixed", "empty", "twin", "other-twin", "odd", "stateless")) {
      shop.healthyApp(app);
    }
    before = shop.engine.calls();
    Supervision supervision = shop.supervise(INTERVAL);
    eventually("all are watched", () -> assertThat(supervision.watched()).isEqualTo(8));
    database.execute(
        """
        ALTER TABLE apps DROP CONSTRAINT apps_pkey;
        ALTER TABLE apps ALTER id DROP NOT NULL, ALTER id TYPE text;
        ALTER TABLE settings ALTER app_id TYPE text;
        UPDATE apps SET id = 'app_' || id WHERE name = 'prefixed';
        UPDATE apps SET id = NULL WHERE name = 'empty';
        UPDATE apps SET id = (SELECT id FROM apps WHERE name = 'twin') WHERE name = 'other-twin';
        UPDATE apps SET state = '3' WHERE name = 'odd';
        UPDATE apps SET state = '' WHERE name = 'stateless';
        UPDATE apps SET name = 'Plain' WHERE name = 'plain';
        UPDATE settings SET app_id = 'app_' || app_id;
        """);

    eventually("told", () -> assertThat(supervision.trouble()).contains("its id is not a UUID"));
    assertThat(shop.catalog.report().apps().unreadable())
        .extracting(UnreadableRow::words)
        .hasSize(7)
        .anyMatch(words -> words.contains("must be lower-case"))
        .anyMatch(words -> words.contains("another app has the same id"))
        .anyMatch(words -> words.contains("its state \"3\" is none"))
        .anyMatch(words -> words.contains("its state '' is none"));
    assertThat(shop.catalog.report().troubles()).hasSize(5);
    lookAt("todos", "prefixed", "empty", "twin", "other-twin", "odd", "stateless", "plain");
    assertWaits("todos", "a row of settings cannot be read: its app_id 'app_");
    assertWaits("odd", "its state");
    eventually("all are watched", () -> assertThat(supervision.watched()).isEqualTo(8));
    assertNothingWasDone();
    database.execute(
        """
        UPDATE apps SET id = (SELECT app_id FROM deployments WHERE app_name = lower(name)), name = lower(name), state = 'installed';
        UPDATE settings SET app_id = substr(app_id, 5);
        """);
    eventually("over", () -> assertThat(supervision.trouble()).isEmpty());
    eventually(
        "nothing remains",
        () ->
            assertThat(
                    database.rows("SELECT app_name FROM deployments WHERE reason_code IS NOT NULL"))
                .isEmpty());
    eventually("all are watched", () -> assertThat(supervision.watched()).isEqualTo(8));
    assertNothingWasDone();
  }

  @Test
  void idsAreComparedWithoutCaseWhateverTheirType() {
    UUID needing = shop.app("needing", "registered");
    UUID needed = shop.app("needed", "registered");
    shop.dependency(needing, needed, "HARD");
    database.execute(
        """
        ALTER TABLE apps ALTER id TYPE text USING upper(CAST(id AS text));
        ALTER TABLE settings ALTER app_id TYPE text USING initcap(CAST(app_id AS text));
        ALTER TABLE dependencies ALTER depends_on_app_id TYPE text USING initcap(CAST(depends_on_app_id AS text));
        """);
    Supervision supervision = watchingBoth();

    lookAt("todos");
    assertNothingWasDone();
    shop.install("needing");
    eventually("waits", () -> assertThat(shop.reason("needing")).isEqualTo("dependency_missing"));
    shop.install("needed");
    shop.awaitState("needed", "healthy");
    eventually("goes on", () -> assertThat(shop.state("needing")).isEqualTo("healthy"));
    assertThat(shop.catalog.dependants(new AppId(needed))).containsExactly(new AppName("needing"));
    assertThat(shop.catalog.allDependencies()).containsOnlyKeys(new AppName("needing"));
    assertThat(supervision.trouble()).isEmpty();
    assertThat(shop.catalog.report().troubles()).isEmpty();
  }

  @Test
  void aDependencyThatCannotBeReadIsWaitedFor() {
    UUID needing = shop.app("needing", "registered");
    database.execute("ALTER TABLE dependencies ALTER depends_on_app_id TYPE text");
    database.execute("INSERT INTO dependencies VALUES ('%s', 'app_1', 'HARD')".formatted(needing));
    shop.install("needing");

    assertWaits("needing", "depends_on_app_id 'app_1' is not a UUID");
    assertNothingWasDone();
    assertThat(shop.catalog.report().oddities()).singleElement().asString().contains("app_1");
    database.execute("UPDATE dependencies SET kind = 'SOFT'");
    shop.awaitState("needing", "healthy");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRUNCATE settings", "DELETE FROM settings"})
  void settingsThatAreAllGoneAtOnceAreNotBelievedAtOnce(String change) {
    shop.setting(shop.app("more", "registered"), "docker.port", "8080");
    Supervision supervision = watchingBoth();
    database.execute(change);

    eventually(
        "told", () -> assertThat(supervision.trouble()).contains("lost all settings of 2 apps"));
    assertThat(shop.catalog.report().troubles()).isNotEmpty();
    shop.signal("todos", Cause.INSTALLED);
    assertWaits("todos", "lost all settings");
    shop.awaitRest();
    assertNothingWasDone();
    database.execute(
        "UPDATE orchestrator_platform_table SET emptied_at = now() - interval '11 minutes' WHERE emptied_at IS NOT NULL");
    eventually("believed", () -> assertThat(supervision.trouble()).isEmpty());
    eventually(
        "made anew", () -> assertThat(shop.engine.calls()).hasSizeGreaterThan(before.size()));
    shop.awaitState("todos", "healthy");
    assertThat(shop.engine.calls()).noneMatch(call -> call.contains("app-plain-3"));
  }

  @Test
  void theLastSettingThatIsTakenAwayByHandIsBelievedAtOnce() {
    watchingBoth();
    database.execute("DELETE FROM settings");

    eventually(
        "made anew", () -> assertThat(shop.engine.calls()).hasSizeGreaterThan(before.size()));
    shop.awaitState("todos", "healthy");
  }

  @Test
  void settingsThatComeBackAreAsTheyWere() {
    Supervision supervision = watchingBoth();
    database.execute(
        "ALTER TABLE settings RENAME TO away; CREATE TABLE settings (LIKE away INCLUDING ALL)");
    eventually("told", () -> assertThat(supervision.trouble()).contains("lost all settings"));
    database.execute("INSERT INTO settings SELECT * FROM away");

    eventually("over", () -> assertThat(supervision.trouble()).isEmpty());
    lookAt("todos", "plain");
    assertNothingWasDone();
    assertThat(
            database.rows(
                "SELECT emptied_at FROM orchestrator_platform_table WHERE name = 'settings'"))
        .containsExactly("null");
  }

  @Test
  void viewsInPlaceOfTablesAreAsGood() {
    Supervision supervision = watchingBoth();
    database.execute(
        "ALTER TABLE settings RENAME TO away; CREATE VIEW settings AS SELECT * FROM away");
    try {
      lookAt("todos", "plain");
      shop.setting(todos, "docker.cpu.shares", "512");
      eventually(
          "made anew", () -> assertThat(shop.engine.calls()).hasSizeGreaterThan(before.size()));
      shop.awaitState("todos", "healthy");
      assertThat(supervision.trouble()).isEmpty();
    } finally {
      database.execute("DROP VIEW settings; ALTER TABLE away RENAME TO settings");
    }
  }

  @Test
  void aSchemaThatIsRenamedForAWhileCostsNoAppItsContainer() {
    Supervision supervision = watchingBoth();
    String schema = database.schema();
    database.execute("ALTER SCHEMA %1$s RENAME TO %1$s_away".formatted(schema));
    try {
      eventually("told", () -> assertThat(supervision.trouble()).isNotEmpty());
    } finally {
      database.execute("ALTER SCHEMA %1$s_away RENAME TO %1$s".formatted(schema));
    }
    eventually("over", () -> assertThat(supervision.trouble()).isEmpty());
    lookAt("todos", "plain");
    assertNothingWasDone();
  }

  @Test
  void aTableThatNeverWasIsEmpty() {
    database.execute("DELETE FROM orchestrator_platform_table WHERE name <> 'apps'");
    database.execute("DROP TABLE settings; DROP TABLE dependencies");
    shop.app("fresh", "installed");
    shop.install("fresh");

    shop.awaitState("fresh", "healthy");
    assertThat(shop.catalog.report().absent())
        .containsExactlyInAnyOrder("settings", "dependencies");
    database.execute("CREATE TABLE settings (app_id uuid NOT NULL, key text NOT NULL, value text)");
    shop.catalog.takeNote();
    database.execute("DROP TABLE settings");
    assertThatThrownBy(() -> shop.catalog.report()).hasMessageContaining("settings was there");
  }

  @Test
  void ofTwoRowsOfOneNameAlwaysTheSameCounts() {
    String first = "00000000-0000-0000-0000-000000000001";
    database.execute(
        "INSERT INTO apps VALUES ('ffffffff-0000-0000-0000-000000000000', 'twice', 'installed'), ('%s', 'twice', 'installed')"
            .formatted(first));
    shop.engine.offer("registry.test/twice:latest");
    shop.install("twice");
    shop.awaitState("twice", "healthy");

    assertThat(shop.catalog.apps().doubled()).containsExactly(new AppName("twice"));
    assertThat(shop.catalog.find(new AppName("twice")).orElseThrow().id()).hasToString(first);
    assertThat(shop.catalog.installed())
        .filteredOn(app -> app.name().value().equals("twice"))
        .hasSize(1);
    List<String> made = shop.engine.calls();
    Supervision supervision = shop.supervise(INTERVAL);
    eventually("all are watched", () -> assertThat(supervision.watched()).isEqualTo(3));
    shop.awaitRest();
    assertThat(shop.engine.calls()).isEqualTo(made);
  }

  @Test
  void ofSeveralValuesAlwaysTheSameCounts() {
    database.execute("ALTER TABLE settings DROP CONSTRAINT settings_pkey");
    shop.setting(todos, "docker.port", "4000");
    shop.setting(todos, "docker.port", "3000");

    assertThat(shop.catalog.settings(new AppId(todos))).containsEntry("docker.port", "4000");
    assertThat(shop.catalog.settings().get(new AppId(todos))).containsEntry("docker.port", "4000");
    assertThat(shop.catalog.report().oddities()).singleElement().asString().contains("docker.port");
  }
}
