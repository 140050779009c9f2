package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.PlatformUnavailableException;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of settings and dependencies that cannot be told whose they are: they are not none. */
@Order(1)
class OwnerlessRowsE2E extends InTablesWorkshop {

  private static final String DASHLESS =
      "ALTER TABLE %1$s ALTER %2$s TYPE text USING replace(CAST(%2$s AS text), '-', '')";

  private static final String NUMBERED =
      "ALTER TABLE %1$s ALTER %2$s TYPE bigint USING hashtext(CAST(%2$s AS text))";

  private static final String GONE =
      "ALTER TABLE %1$s ALTER %2$s DROP NOT NULL; UPDATE %1$s SET %2$s = NULL";

  private static final String BLANK =
      "ALTER TABLE %1$s ALTER %2$s TYPE text; UPDATE %1$s SET %2$s = ''";

  private static final String OTHERS = "UPDATE %1$s SET %2$s = gen_random_uuid()";

  /** One more app needs another, and does not run yet. */
  @BeforeEach
  void anAppNeedsAnother() {
    UUID needing = shop.app("needing", "registered");
    shop.dependency(needing, shop.app("needed", "registered"), "HARD");
    shop.awaitRest();
    tablesAreSeen();
    database.execute(
        "ALTER TABLE settings DROP CONSTRAINT settings_pkey; CREATE TABLE away (LIKE settings)");
  }

  private void change(String table, String column, String change) {
    database.execute(
        "DROP TABLE away; CREATE TABLE away AS TABLE %s; %s"
            .formatted(table, change.formatted(table, column)));
  }

  private void bringBack(String table) {
    database.execute(
        "DROP TABLE %1$s; ALTER TABLE away RENAME TO %1$s; CREATE TABLE away ()".formatted(table));
  }

  /** What keeps the platform's check of readiness from being good. */
  private String readiness() {
    try {
      return String.join("; ", shop.catalog.report().troubles());
    } catch (PlatformUnavailableException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {DASHLESS, NUMBERED, GONE, BLANK})
  void settingsOfNoKnownAppAreNotNone(String change) {
    Supervision supervision = watchingBoth();
    change("settings", "app_id", change);

    eventually("told", () -> assertThat(supervision.trouble()).contains("settings"));
    assertThat(readiness()).contains("settings");
    lookAt("todos", "plain");
    assertWaits("todos", "settings");
    shop.app("fresh", "installed");
    shop.install("fresh");
    assertWaits("fresh", "settings");
    shop.awaitRest();
    assertThat(supervision.watched()).isEqualTo(2);
    assertNothingWasDone();

    bringBack("settings");
    eventually("over", () -> assertThat(supervision.trouble()).isEmpty());
    shop.awaitState("fresh", "healthy");
    eventually("nothing remains", () -> assertThat(shop.reason("todos")).isEqualTo("null"));
    lookAt("todos", "plain");
    assertThat(shop.engine.calls().subList(before.size(), shop.engine.calls().size()))
        .allMatch(call -> call.contains("fresh"));
    assertThat(readiness()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPDATE %1$s SET value = NULL", "UPDATE %1$s SET value = '\"\"'", OTHERS})
  void settingsThatAllLostTheirValueOrAppAtOnceAreNotBelievedAtOnce(String change) {
    shop.setting(shop.app("more", "registered"), "docker.port", "8080");
    Supervision supervision = watchingBoth();
    change("settings", "app_id", change);

    eventually(
        "told", () -> assertThat(supervision.trouble()).contains("lost all settings of 2 apps"));
    assertThat(readiness()).contains("lost all settings");
    lookAt("todos", "plain");
    assertWaits("todos", "lost all settings");
    assertNothingWasDone();
    bringBack("settings");
    eventually("over", () -> assertThat(supervision.trouble()).isEmpty());
    eventually("nothing remains", () -> assertThat(shop.reason("todos")).isEqualTo("null"));
    lookAt("todos", "plain");
    assertNothingWasDone();
  }

  @ParameterizedTest
  @ValueSource(strings = {DASHLESS, NUMBERED, GONE})
  void dependenciesOfNoKnownAppAreNotNone(String change) {
    Supervision supervision = watchingBoth();
    change("dependencies", "app_id", change);

    eventually("told", () -> assertThat(supervision.trouble()).contains("dependencies"));
    assertThat(readiness()).contains("dependencies");
    shop.install("needing");
    assertWaits("needing", "dependencies");
    lookAt("todos", "plain");
    assertNothingWasDone();
    bringBack("dependencies");
    eventually("over", () -> assertThat(supervision.trouble()).isEmpty());
    eventually("waits", () -> assertThat(shop.reason("needing")).isEqualTo("dependency_missing"));
    assertNothingWasDone();
    shop.install("needed");
    eventually("goes on", () -> assertThat(shop.state("needing")).isEqualTo("healthy"));
    assertThat(readiness()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {DASHLESS, GONE})
  void whatIsNeededIsToldApart(String change) {
    Supervision supervision = watchingBoth();
    change("dependencies", "depends_on_app_id", change);

    eventually("told", () -> assertThat(supervision.trouble()).contains("dependencies"));
    assertThat(readiness()).contains("dependencies");
    shop.install("needing");
    assertWaits("needing", "dependencies");
    assertNothingWasDone();
    bringBack("dependencies");
    eventually("waits", () -> assertThat(shop.reason("needing")).isEqualTo("dependency_missing"));
    assertNothingWasDone();
  }

  @Test
  void singleOddRowsHoldUpOnlyWhoseTheyMayBe() {
    UUID more = shop.app("more", "registered");
    shop.setting(more, "docker.port", "8080");
    shop.setting(more, "docker.memory.mb", "64");
    Supervision supervision = watchingBoth();
    database.execute(
        """
        ALTER TABLE settings ALTER app_id DROP NOT NULL; ALTER TABLE dependencies ALTER app_id DROP NOT NULL, ALTER kind DROP NOT NULL;
        INSERT INTO settings VALUES (NULL, 'docker.port', '8080');
        INSERT INTO dependencies VALUES (NULL, gen_random_uuid(), NULL);
        """);
    shop.app("fresh", "installed");
    shop.install("fresh");
    shop.awaitState("fresh", "healthy");
    lookAt("todos", "plain");
    assertThat(readiness()).isEmpty();
    assertThat(supervision.trouble()).isEmpty();
    assertThat(shop.catalog.report().oddities()).hasSize(2);
    assertThat(shop.reason("plain")).isEqualTo("null");

    before = shop.engine.calls();
    database.execute("DELETE FROM settings WHERE app_id = '%s'".formatted(todos));
    eventually("told", () -> assertThat(supervision.trouble()).contains("settings"));
    lookAt("todos", "plain", "fresh");
    assertWaits("todos", "settings");
    assertThat(shop.reason("plain")).isEqualTo("null");
    assertNothingWasDone();
    database.execute("DELETE FROM settings WHERE app_id IS NULL");
    eventually(
        "made anew", () -> assertThat(shop.engine.calls()).hasSizeGreaterThan(before.size()));
    shop.awaitState("todos", "healthy");
    eventually("over", () -> assertThat(supervision.trouble()).isEmpty());
  }

  /** Of apps that ran and of such as never did; more rows than all others have. */
  @Test
  void whatRemovedAppsLeftBehindHoldsUpNobody() {
    UUID configured = shop.app("configured", "registered");
    shop.setting(configured, "docker.port", "8080");
    shop.dependency(configured, todos, "HARD");
    Supervision supervision = watchingBoth();
    shop.catalog.takeNote();
    database.execute("DELETE FROM apps WHERE name = 'configured'");
    shop.catalog.takeNote();
    shop.uninstall("todos");
    shop.awaitState("todos", "stopped");
    database.execute(
        """
        DELETE FROM dependencies WHERE app_id <> '%1$s'; INSERT INTO dependencies VALUES ('%2$s', '%2$s', 'HARD');
        DELETE FROM apps WHERE name = 'todos';
        """
            .formatted(configured, todos));
    shop.app("fresh", "installed");
    shop.install("fresh");
    shop.awaitState("fresh", "healthy");
    lookAt("plain", "fresh");
    eventually("quiet", () -> assertThat(supervision.trouble()).isEmpty());
    assertThat(readiness()).isEmpty();
    assertThat(shop.reason("plain")).isEqualTo("null");
  }

  @Test
  void theLastSettingIsTakenAwayBesideLeftovers() {
    Supervision supervision = watchingBoth();
    database.execute(
        """
        INSERT INTO settings VALUES (gen_random_uuid(), 'docker.port', '1'), (gen_random_uuid(), 'docker.port', '2');
        DELETE FROM settings WHERE app_id = '%s'
        """
            .formatted(todos));
    eventually(
        "made anew", () -> assertThat(shop.engine.calls()).hasSizeGreaterThan(before.size()));
    shop.awaitState("todos", "healthy");
    eventually("quiet", () -> assertThat(supervision.trouble()).isEmpty());
  }
}
