package io.appserver.orchestrator.e2e;

import static io.appserver.orchestrator.e2e.support.Answers.problem;
import static io.appserver.orchestrator.e2e.support.Answers.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.Api;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Which apps the API lists: each filter keeps some out, each order has two ends, pages share
 * nothing. Six of the apps are on a node whose containers are nobody's business here.
 */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiListE2E {

  /** Comes after every host's name. */
  private static final String FAR = "~far";

  private final Platform platform;
  private final Api api;
  private final String mark =
      "l"
          + Long.toString(
              ThreadLocalRandom.current().nextLong(36 * 36 * 36, 36L * 36 * 36 * 36), 36);
  private final List<App> far = new ArrayList<>();
  private String well;
  private String sick;
  private String broken;
  private String waiting;
  private String held;
  private String gone;
  private String here;

  ApiListE2E(Platform platform) {
    this.platform = platform;
    this.api = platform.api();
  }

  @BeforeAll
  void fill() {
    platform.database().addNode(FAR);
    well = far("a", "healthy", "healthy", null, 0, 70, 300);
    sick = far("b", "unhealthy", "unhealthy", "unhealthy", 2, 60, 200);
    broken = far("c", "failed", "unknown", "exited", 5, 20, null);
    waiting = far("d", "pending", "unknown", "registry_unreachable", 1, 50, null);
    held = far("e", "pending", "unknown", "held", 0, 40, null);
    gone = far("f", "stopped", "unknown", null, 0, 30, null);
    here = platform.healthyApp(mark + "-g").name();
    await().until(() -> list("").getInt("total") == 7);
  }

  /** An app on the other node; times are in minutes ago. */
  private String far(
      String letter,
      String state,
      String health,
      String reason,
      int restarts,
      int updated,
      Integer healthySince) {
    App app = platform.appServer().register(mark + "-" + letter);
    far.add(app);
    platform
        .database()
        .update(
            """
            INSERT INTO deployments (id, app_id, app_name, node, state, last_written_state, health_status, restarts,
              reason_code, reason_message, image_reference, volume, updated_at, healthy_since)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, now() - ? * interval '1 minute', now() - ? * interval '1 minute')
            """,
            UUID.randomUUID(),
            app.id(),
            app.name(),
            FAR,
            state,
            state,
            health,
            restarts,
            reason,
            reason == null ? null : "Because of " + letter + mark,
            "registry.example:5000/" + app.name() + ":latest",
            state.equals("stopped") ? app.volume() : null, // why it is still listed
            updated,
            healthySince);
    if (!state.equals("stopped")) {
      platform.appServer().markInstalled(app);
    }
    return app.name();
  }

  @AfterAll
  void empty() {
    far.forEach(platform.appServer()::forget);
    far.forEach(
        app -> platform.database().update("DELETE FROM deployments WHERE app_id = ?", app.id()));
    platform.database().removeNode(FAR);
  }

  /** Of these apps alone. */
  private JsonObject list(String query) {
    return api.object("/deployments?q=%s%s".formatted(mark, query));
  }

  private void assertListed(String query, String... apps) {
    JsonObject listing = list(query);
    assertThat(strings(listing, "items", "app")).as(query).containsExactlyInAnyOrder(apps);
    assertThat(listing.getInt("total")).as(query).isEqualTo(apps.length);
  }

  private void assertOrder(String query, String... apps) {
    assertThat(strings(list(query), "items", "app")).as(query).containsExactly(apps);
  }

  @Test
  void aNodesAppsAreListedAlone() {
    assertListed("&node=" + FAR, well, sick, broken, waiting, held, gone);
    assertListed("&node=" + api.object("/status").getString("node"), here);
    assertListed("&node=nowhere");
  }

  @Test
  void appsAreListedByTheirHealth() {
    assertListed("&health=healthy", well, here);
    assertListed("&health=unhealthy", sick);
    assertListed("&health=unknown", broken, waiting, held, gone);
    assertListed("&health=starting");
    problem(
        api.get("/deployments?health=fine"),
        400,
        "health must be one of unknown, starting, healthy, unhealthy");
  }

  @Test
  void appsAreListedByTheirState() {
    assertListed("&state=failed", broken);
    assertListed("&state=failed&state=pending", broken, waiting, held);
    assertListed("&state=pulling");
    assertListed("&state=pending&attention=true&node=" + FAR, waiting);
  }

  @Test
  void whatNeedsAttentionIsToldFromWhatDoesNot() {
    assertListed("&attention=true", sick, broken, waiting);
    assertListed("&attention=false", well, held, gone, here);
  }

  @Test
  void wordsAreLookedForInNamesImagesAndReasons() {
    assertFound(broken.toUpperCase(Locale.ROOT), broken);
    assertFound("example:5000/" + sick, sick);
    assertFound("because%20of%20d" + mark, waiting);
    assertFound(mark + "-nothing");
    assertThat(strings(api.object("/deployments?size=1000&q=registry_unreach"), "items", "app"))
        .contains(waiting)
        .doesNotContain(well, sick, broken, held, gone, here);
  }

  private void assertFound(String words, String... apps) {
    assertThat(strings(api.object("/deployments?q=" + words), "items", "app"))
        .as(words)
        .containsExactly(apps);
  }

  @Test
  void whatNeedsAttentionComesFirst() {
    assertOrder("", sick, broken, waiting, well, held, gone, here);
  }

  @Test
  void theyAreSortedEitherWayAndByNameWhereThatDoesNotTell() {
    assertOrder("&sort=app", well, sick, broken, waiting, held, gone, here);
    assertOrder("&sort=-app", here, gone, held, waiting, broken, sick, well);
    assertOrder("&sort=state", broken, well, here, waiting, held, gone, sick);
    assertOrder("&sort=-state", sick, gone, waiting, held, well, here, broken);
    assertOrder("&sort=node", here, well, sick, broken, waiting, held, gone);
    assertOrder("&sort=-node", well, sick, broken, waiting, held, gone, here);
    assertOrder("&sort=restarts", well, held, gone, here, waiting, sick, broken);
    assertOrder("&sort=-restarts", broken, sick, waiting, well, held, gone, here);
    assertOrder("&sort=updatedAt", well, sick, waiting, held, gone, broken, here);
    assertOrder("&sort=-updatedAt", here, broken, gone, held, waiting, sick, well);
    assertOrder("&sort=healthySince", well, sick, here, broken, waiting, held, gone);
    assertOrder("&sort=-healthySince", broken, waiting, held, gone, here, sick, well);
  }

  @Test
  void pagesShareNothingAndLeaveNothingOut() {
    for (String sort : List.of("", "&sort=-app", "&sort=restarts")) {
      var paged = new ArrayList<String>();
      for (int page = 1; page <= 4; page++) {
        JsonObject shown = list("%s&size=2&page=%d".formatted(sort, page));
        assertThat(shown.getInt("total")).isEqualTo(7);
        assertThat(shown.getJsonArray("items")).hasSize(page < 4 ? 2 : 1);
        paged.addAll(strings(shown, "items", "app"));
      }
      assertThat(paged).as(sort).isEqualTo(strings(list(sort), "items", "app"));
      assertThat(list(sort + "&size=2&page=5").getJsonArray("items")).isEmpty();
    }
  }
}
