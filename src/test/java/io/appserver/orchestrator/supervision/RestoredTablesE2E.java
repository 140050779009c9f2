package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.signal.Cause;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The platform's tables, each alone and all, as they were an hour ago: since then one app was
 * installed, one was uninstalled, and one got another setting.
 */
class RestoredTablesE2E extends InWatchedWorkshop {

  private static final List<String> TABLES = List.of("apps", "settings", "dependencies");

  private Supervision supervision;
  private ContainerId since;
  private ContainerId changed;
  private ContainerId plain;

  private UUID withData(String name) {
    UUID id = shop.app(name, "installed");
    shop.setting(id, "docker.volume.path", "/data");
    shop.setting(id, "docker.memory.mb", "64");
    shop.install(name);
    shop.awaitState(name, "healthy");
    return id;
  }

  @BeforeEach
  void anHour() {
    withData("changed");
    withData("gone");
    UUID needed = shop.healthyApp("plain");
    supervision = watching();
    TABLES.forEach(
        table -> database.execute("CREATE TABLE before_%1$s AS TABLE %1$s".formatted(table)));
    shop.uninstall("gone");
    shop.awaitState("gone", "stopped");
    UUID id = withData("since");
    shop.dependency(id, needed, "HARD");
    database.execute("UPDATE settings SET value = '128' WHERE value = '64'");
    for (String app : List.of("changed", "since")) {
      eventually(
          app + " has the new setting",
          () -> assertThat(column(app, "generation || ' ' || state")).isEqualTo("2 healthy"));
    }
    shop.awaitRest();
    since = containerOf("since");
    changed = containerOf("changed");
    plain = containerOf("plain");
    TABLES.forEach(
        table -> database.execute("CREATE TABLE after_%1$s AS TABLE %1$s".formatted(table)));
  }

  @AfterEach
  void copiesGo() {
    TABLES.forEach(table ->
        database.execute("DROP TABLE before_%1$s; DROP TABLE after_%1$s".formatted(table)));
  }

  private void take(String copy, String... tables) {
    for (String table : tables) {
      database.execute(
          "TRUNCATE %2$s; INSERT INTO %2$s SELECT * FROM %1$s_%2$s".formatted(copy, table));
    }
    var last = supervision.lastReport();
    supervision.reconcile(Cause.INTERVAL);
    eventually("compared", () -> assertThat(supervision.lastReport()).isNotEqualTo(last));
  }

  private void assertRunsWithItsData(String app) {
    eventually(
        app + " runs with its data",
        () -> {
          assertThat(shop.state(app)).isEqualTo("healthy");
          assertThat(shop.engine.standing()).contains("app-%s RUNNING".formatted(app));
          assertThat(shop.engine.volumesOf(containerOf(app)))
              .containsExactly("app-%s-data".formatted(app));
        });
  }

  private void assertUntouched(ContainerId... ids) {
    shop.awaitRest();
    assertThat(shop.engine.ids()).contains(ids);
    assertThat(shop.engine.volumes())
        .contains("app-changed-data", "app-gone-data", "app-since-data");
  }

  private void assertIsAnOrphan(String app) {
    eventually(
        "is known to have no row",
        () ->
            assertThat(database.rows("SELECT app_name, removed_at FROM orchestrator_orphan"))
                .containsExactly(app + " null"));
  }

  private void removeOrphans() {
    database.execute("UPDATE orchestrator_orphan SET since = since - interval '10 min'");
    supervision.reconcile(Cause.INTERVAL);
  }

  @Test
  void whatIsInstalledSinceStaysForTenMinutesAndItsDataForEver() {
    take("before", "apps");
    assertIsAnOrphan("since");
    assertRunsWithItsData("gone");
    assertUntouched(since, changed, plain);

    removeOrphans();
    eventually("goes", () -> assertThat(shop.engine.ids()).doesNotContain(since));
    assertUntouched(changed, plain);
    take("after", "apps");
    assertRunsWithItsData("since");
    eventually("is uninstalled again", () -> assertThat(shop.state("gone")).isEqualTo("stopped"));
    assertUntouched(changed, plain);
  }

  @Test
  void whatIsInstalledSinceIsAsItWasIfItsRowComesBackInTime() {
    take("before", "apps", "settings", "dependencies");
    assertIsAnOrphan("since");
    assertRunsWithItsData("gone");
    eventually(
        "has the older setting", () -> assertThat(column("changed", "generation")).isEqualTo("3"));
    assertRunsWithItsData("changed");
    assertUntouched(since, plain);
    take("after", "apps", "settings", "dependencies");

    assertRunsWithItsData("since");
    eventually(
        "has the newer setting", () -> assertThat(column("changed", "generation")).isEqualTo("4"));
    assertRunsWithItsData("changed");
    assertUntouched(since, plain);
  }

  /** The setting that names its volume is newer than the copy: it begins with no data. */
  @Test
  void olderSettingsAreBelievedAndNoDataGoesWithThem() {
    take("before", "settings");
    eventually("is made anew", () -> assertThat(column("since", "generation")).isEqualTo("3"));
    shop.awaitState("since", "healthy");
    assertThat(shop.engine.volumesOf(containerOf("since"))).isEmpty();
    assertRunsWithItsData("changed");
    assertUntouched(plain);
    take("after", "settings");

    assertRunsWithItsData("since");
    assertRunsWithItsData("changed");
    assertUntouched(plain);
  }

  @Test
  void olderDependenciesTouchNothing() {
    take("before", "dependencies");
    take("after", "dependencies");
    assertUntouched(since, changed, plain);
    assertThat(shop.state("gone")).isEqualTo("stopped");
  }
}
