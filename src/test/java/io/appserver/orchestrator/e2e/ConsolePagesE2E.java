package io.appserver.orchestrator.e2e;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.Api;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.Database;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the console's pages show is what database, engine and server say. */
class ConsolePagesE2E extends InConsole {

  /** Variables of the test image, which the orchestrator has nothing to do with. */
  private static final Set<String> OF_THE_IMAGE = Set.of("PATH", "APP_VERSION");

  /** A node that there is only by its row. */
  private static final String ELSEWHERE = "elsewhere";

  ConsolePagesE2E() {
    super("console_pages");
  }

  private App appThatNeeds(App needed) {
    App app = platform.app("needing", "web");
    platform.appServer().dependOnHard(app, needed);
    platform.appServer().install(app);
    platform.awaitState(app, "healthy");
    return app;
  }

  private void crash(App app) {
    platform.engine().client().killContainerCmd(app.container()).exec();
  }

  private String node() {
    return platform.api().object("/status").getString("node");
  }

  @Test
  void aRowOfTheOverviewIsFilled() {
    App app = platform.healthyApp("listed");
    setRestarts(app, 3);
    console.visit("#/?q=" + app.name());
    String row = "tr[data-app='%s'][data-state=healthy] ".formatted(app.name());
    browser.find(row);

    assertThat(cell(row, "Image")).startsWith(app.name() + ":latest");
    assertThat(repositoryDigests(app)).contains(browser.text(row + ".digest"));
    assertThat(cell(row, "Health")).contains("healthy");
    assertThat(browser.attributes(row + "[data-label=Uptime] time", "datetime"))
        .singleElement()
        .isEqualTo(listed(app).getString("healthySince"));
    assertThat(cell(row, "Uptime")).matches("\\d+ (s|min)");
    assertThat(cell(row, "Restarts")).isEqualTo("3");
    assertThat(cell(row, "Node")).isEqualTo(node());
    assertThat(cell(row, "Changed")).matches("just now|\\d+ (s|min) ago");
  }

  private String cell(String row, String label) {
    return browser.text(row + "[data-label='%s']".formatted(label));
  }

  private void setRestarts(App app, int restarts) {
    platform
        .database()
        .update("UPDATE deployments SET restarts = ? WHERE app_id = ?", restarts, app.id());
    await().until(() -> listed(app).getInt("restarts") == restarts);
  }

  /** What the server's list has of the app. */
  private JsonObject listed(App app) {
    return platform
        .api()
        .object("/deployments?q=" + app.name())
        .getJsonArray("items")
        .getJsonObject(0);
  }

  /** What the registry calls the image that the app's container is of. */
  private String repositoryDigests(App app) {
    String image = platform.engine().container(app.container()).orElseThrow().getImageId();
    return String.valueOf(
        platform.engine().client().inspectImageCmd(image).exec().getRepoDigests());
  }

  @Test
  void statesAreCountedAndLeadToTheirApps() {
    platform.healthyApp("counted");
    App crashed = platform.healthyApp("crashed");
    App gone = platform.healthyApp("gone");
    App kept = platform.app("kept", "web");
    platform.appServer().set(kept, Map.of("docker.volume.path", "/data"));
    platform.appServer().install(kept);
    platform.awaitState(kept, "healthy");
    console.visit("#/");
    crash(crashed);
    platform.appServer().uninstall(gone);
    platform.appServer().uninstall(kept);
    platform.awaitState(crashed, "failed");
    platform.awaitState(gone, "stopped");
    platform.awaitState(kept, "stopped");
    // as the server counts, whom the page has asked by now
    await().during(Duration.ofSeconds(3)).untilAsserted(this::assertCounted);

    browser.click("a:has([data-count=failed])");
    await()
        .untilAsserted(() ->
            assertThat(browser.attributes("tr[data-app]", "data-state"))
                .isNotEmpty()
                .containsOnly("failed"));
    browser.find("tr[data-app='%s']".formatted(crashed.name()));
  }

  private void assertCounted() {
    for (String state : List.of("healthy", "failed", "stopped", "starting")) {
      assertThat(browser.text("[data-count=%s]".formatted(state)))
          .as(state)
          .isEqualTo(deployments("state = '%s'".formatted(state)));
    }
    assertThat(browser.text("[data-count=all]")).isEqualTo(deployments("true"));
  }

  /** How many there are; who is stopped and has left no data is none. */
  private String deployments(String which) {
    return platform
        .database()
        .query(
            "SELECT count(*) FROM deployments WHERE (state <> 'stopped' OR volume IS NOT NULL) AND "
                + which,
            row -> row.getString(1))
        .getFirst();
  }

  @Test
  void theGraphIsColouredByHealth() {
    App base = platform.healthyApp("base");
    App app = appThatNeeds(base);
    console.visit("#/graph");
    awaitTone(base, "good");
    awaitTone(app, "good");
    assertThat(
            browser.run(
                "return document.getElementById('graph')._cyreg.cy.edges().map(e => `${e.source().id()} ${e.target().id()}`)"))
        .asInstanceOf(LIST)
        .contains(app.name() + " " + base.name());
    String item = "li[data-app='%s']".formatted(app.name());
    browser.awaitText(item, "depends on " + base.name());
    Object healthy = drawn(base, "style", "background-color");

    crash(base);
    awaitTone(base, "bad");
    assertThat(drawn(base, "style", "background-color")).isNotEqualTo(healthy);
    assertThat(String.valueOf(drawn(base, "data", "label"))).startsWith("✕");
    browser.find("li[data-app='%s'][data-state=failed]".formatted(base.name()));
    awaitTone(app, "good");

    assertThat(
            platform
                .api()
                .send("POST", "/deployments/" + app.name() + "/hold", "{\"reason\":\"\"}")
                .statusCode())
        .isEqualTo(202);
    awaitTone(app, "warn");
    browser.find(item + "[data-state=pending]");
  }

  @Test
  void appsThatStandAloneAreDrawnOnRequest() {
    platform.database().update("DELETE FROM dependencies");
    App app = platform.healthyApp("alone");
    console.visit("#/graph");
    browser.awaitText("main", "No app depends on another.");
    for (int i = 0; i < 2; i++) {
      browser.click("input[name=alone]");
      awaitTone(app, "good");
      browser.click("input[name=alone]");
      browser.awaitGone("#graph");
    }
  }

  private void awaitTone(App app, String tone) {
    await().untilAsserted(() -> assertThat(drawn(app, "data", "tone")).isEqualTo(tone));
  }

  /** What the drawing has of the app. */
  private Object drawn(App app, String method, String key) {
    return browser.run(
        """
        const node = document.getElementById('graph')?._cyreg?.cy.getElementById(arguments[0]);
        return node?.nonempty() ? node[arguments[1]](arguments[2]) : null;
        """,
        app.name(),
        method,
        key);
  }

  @Test
  void anAppsPageSaysWhatRunsAndWhatItNeeds() {
    App base = platform.healthyApp("base");
    App app = appThatNeeds(base);
    setRestarts(app, 2);
    console.visit(app);

    assertThat(fact("Image")).startsWith(app.name() + ":latest");
    assertThat(repositoryDigests(app)).contains(browser.text("#facts-title ~ dl .digest"));
    assertThat(fact("Node")).isEqualTo(node());
    assertThat(fact("Restarts")).isEqualTo("2");
    assertThat(fact("Uptime")).matches("\\d+ (s|min)");
    assertThat(platform.engine().container(app.container()).orElseThrow().getId())
        .startsWith(fact("Container"));

    assertThat(browser.texts("svg.dependencies title"))
        .containsExactlyInAnyOrder(base.name() + ": healthy", app.name() + ": healthy");
    assertThat(browser.attributes("svg.dependencies .edge", "data-kind")).containsExactly("HARD");
    assertThat(browser.attributes("svg.dependencies .node", "data-tone"))
        .containsExactly("good", "good");
    browser.click("#dependencies-title ~ ul a");
    browser.find("h1[data-app='%s']".formatted(base.name()));
    assertThat(browser.texts("svg.dependencies a title")).containsExactly(app.name() + ": healthy");
  }

  private String fact(String name) {
    List<String> names = browser.texts("#facts-title ~ dl dt");
    assertThat(names).contains(name);
    return browser.texts("#facts-title ~ dl dd").get(names.indexOf(name));
  }

  @Test
  void theEnvironmentIsNamesAndNoValues() {
    App app = platform.healthyApp("furnished");
    Map<String, String> environment = platform.engine().environment(app.container());
    console.visit(app);
    browser.click("#environment-title ~ details summary");
    browser.awaitText("#environment-title ~ details", "DB_PASSWORD", "APP_ID");

    assertThat(browser.texts("#environment-title ~ details li"))
        .containsExactlyInAnyOrderElementsOf(
            environment.keySet().stream().filter(not(OF_THE_IMAGE::contains)).toList());
    assertThat(String.valueOf(browser.run("return document.documentElement.outerHTML")))
        .contains("DB_PASSWORD")
        .doesNotContain(Objects.requireNonNull(environment.get("DB_PASSWORD")));
  }

  @Test
  void theTimelineIsTheHistory() {
    App app = platform.healthyApp("storied");
    console.visit(app);
    browser.find("li[data-entry][data-to=healthy]");

    assertThat(browser.attributes("li[data-entry][data-to]", "data-to").reversed())
        .containsExactlyElementsOf(
            platform.database().history(app).stream()
                .map(Database.Entry::to)
                .filter(Objects::nonNull)
                .toList());
    String fence =
        platform
            .database()
            .query(
                "SELECT fence FROM orchestrator_history WHERE app_name = ? AND to_state = 'healthy'",
                row -> row.getString(1),
                app.name())
            .getFirst();
    browser.awaitText(
        "li[data-entry][data-to=healthy]",
        "starting",
        "cause: ",
        "by orchestrator",
        "on " + node(),
        "fence " + fence);
  }

  @Test
  void probesArePlottedAndToldInASentence() {
    App app = platform.healthyApp("probed");
    console.visit(app);
    String sentence = "#probes-title ~ p";
    await().untilAsserted(() -> assertThat(browser.text(sentence)).startsWith(passed(app)));
    await().until(() -> pixels("--good") > 0);
    long bad = pixels("--bad");

    // from here on it answers 503
    platform.engine().client().killContainerCmd(app.container()).withSignal("USR1").exec();
    browser.awaitText(sentence, "the last failure was");
    await().until(() -> pixels("--bad") > bad);
  }

  private String passed(App app) {
    List<JsonObject> probes =
        platform
            .api()
            .object("/deployments/" + app.name() + "/probes")
            .getJsonArray("items")
            .getValuesAs(JsonObject.class);
    long passed = probes.stream().filter(probe -> probe.getBoolean("healthy")).count();
    return "%d of the last %d probe".formatted(passed, probes.size());
  }

  /** How many pixels of the plot have the colour of that name. */
  private long pixels(String colour) {
    return ((Number)
            browser.run(
                """
                const canvas = document.querySelector('#probe-plot canvas');
                if (!canvas?.width || !canvas.height) {
                  return 0;
                }
                const wanted = parseInt(getComputedStyle(canvas).getPropertyValue(arguments[0]).trim().slice(1), 16);
                const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
                copy.drawImage(canvas, 0, 0);
                const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
                let found = 0;
                for (let i = 0; i < data.length; i += 4) {
                  found += data[i + 3] === 255 && (data[i] << 16 | data[i + 1] << 8 | data[i + 2]) === wanted;
                }
                return found;
                """,
                colour))
        .longValue();
  }

  @Test
  void dataIsPurgedOnlyByItsName() {
    App app = platform.app("hoarder", "web");
    platform.appServer().set(app, Map.of("docker.volume.path", "/data"));
    platform.appServer().install(app);
    platform.awaitState(app, "healthy");
    console.visit(app);
    String purge = "button[data-action=purge][data-app='%s']".formatted(app.name());
    browser.find(purge + "[disabled]");
    browser.click("details.refused summary");
    browser.awaitText("details.refused", "its data is in use; uninstall it first");

    platform.appServer().uninstall(app);
    browser.click(purge + ":not([disabled])");
    browser.awaitText("dialog[data-dialog=purge]", "There is no way back", app.volume());
    browser.type("#purge-volume", "app-another-data");
    browser.click("dialog button[value=confirm]");
    browser.awaitText("dialog .problem[data-problem='409']", "no data volume app-another-data");
    assertThat(platform.engine().volume(app.volume())).isPresent();

    browser.type("#purge-volume", app.volume());
    browser.click("dialog button[value=confirm]");
    browser.awaitGone("dialog");
    browser.awaitText("[data-outcome=accepted]", app.volume());
    platform.await(
        app, "has no data", () -> assertThat(platform.engine().volume(app.volume())).isEmpty());
  }

  @Test
  void appsAreMovedAndNodesRetiredUnlessTheServerRefuses() {
    App app = platform.app("mover", "web");
    platform.appServer().set(app, Map.of("docker.volume.path", "/data"));
    platform.appServer().install(app);
    platform.awaitState(app, "healthy");
    platform.database().addNode(ELSEWHERE);
    try {
      aMoveWouldLeaveDataBehind(app);
      aNodeThatIsAliveIsNotRetired();
      platform.database().loseNode(ELSEWHERE);
      aNodeThatIsAwayTakesNoApp(app);
      aNodeThatIsAwayIsRetired();
    } finally {
      platform.database().removeNode(ELSEWHERE);
    }
  }

  private void aMoveWouldLeaveDataBehind(App app) {
    askToMove(app);
    browser.awaitText("dialog", "It is on " + node(), "volume %s stays".formatted(app.volume()));
    assertThat(browser.attributes("#move-node option", "value")).containsExactly("", ELSEWHERE);
    browser.click("#move-node option[value=%s]".formatted(ELSEWHERE));
    browser.click("dialog button[value=confirm]");
    browser.awaitText("dialog .problem[data-problem='409']", app.volume(), "would stay there");
    browser.click("dialog button[value=cancel]");
    browser.awaitGone("dialog");
    browser.awaitFocus("button[data-action=move]");
  }

  private void askToMove(App app) {
    console.visit(app);
    browser.click("button[data-action=move][data-app='%s']".formatted(app.name()));
    browser.find("dialog[data-dialog=move] #move-node");
  }

  private void aNodeThatIsAliveIsNotRetired() {
    askToRetire(node());
    browser.awaitText("dialog", "It answers still");
    browser.click("#retire-target option:last-child");
    browser.click("dialog button[value=confirm]");
    browser.awaitText("dialog .problem[data-problem='409']", "node %s is alive".formatted(node()));
    browser.click("dialog button[value=cancel]");
    browser.awaitGone("dialog");
    browser.find("tr[data-node='%s'][data-alive=true]".formatted(node()));
  }

  private void askToRetire(String node) {
    console.visit("#/nodes");
    browser.click("button[data-action=retire][data-node='%s']".formatted(node));
    browser.find("dialog[data-dialog=retire]");
  }

  private void aNodeThatIsAwayTakesNoApp(App app) {
    askToMove(app);
    browser.awaitText("dialog", ELSEWHERE + " (away)");
    browser.click("#move-node option[value=%s]".formatted(ELSEWHERE));
    browser.click("dialog input[name=leaveData]");
    browser.click("dialog button[value=confirm]");
    browser.awaitText("dialog .problem[data-problem='409']", "is not alive");
    browser.click("dialog button[value=cancel]");
    browser.awaitGone("dialog");
    assertThat(platform.database().state(app)).isEqualTo("healthy");
  }

  private void aNodeThatIsAwayIsRetired() {
    askToRetire(ELSEWHERE);
    browser.awaitText("dialog", "Its 0 apps go");
    assertThat(browser.texts("#retire-target option")).containsExactly("Choose…", node());
    browser.click("#retire-target option:last-child");
    browser.click("dialog button[value=confirm]");
    browser.awaitText("[data-outcome=accepted]", ELSEWHERE + " is retired");
    browser.awaitText("tr[data-node=%s]".formatted(ELSEWHERE), "retired");
    browser.awaitGone("button[data-action=retire]");
    browser.awaitFocus("body[data-page=nodes] main h1");
  }

  @Test
  void theDoctorNamesWhatIsWrongAndItsCure() {
    console.visit("#/doctor");
    assertThat(browser.attributes("li[data-check]", "data-check"))
        .containsExactlyInAnyOrder(
            "settings",
            "engine",
            "network",
            "disk",
            "registry",
            "broker",
            "database",
            "platform",
            "logins",
            "clock");
    browser.find("li[data-check=registry][data-status=ok]");
    browser.awaitText(
        "li[data-check=broker][data-status=warning]",
        "AppServer's own queues are not there",
        "Cure: See that AppServer runs");

    for (String key : List.of("app.installed", "app.uninstalled")) {
      platform.broker().bindQueue("appserver.subscriber." + key, key);
    }
    console.registryLine().shut();
    try {
      browser.click("button[data-action=examine]");
      browser.awaitText(
          "li[data-check=registry][data-status=failed]",
          console.registryLine().address() + " cannot be reached from here",
          "Cure: Start the registry");
      assertThat(browser.text("li[data-check=broker][data-status=ok]")).doesNotContain("Cure:");
      assertThat(browser.attributes("li[data-check]", "data-status").getFirst())
          .isEqualTo("failed");
    } finally {
      console.registryLine().open();
    }
    browser.click("button[data-action=examine]");
    browser.find("li[data-check=registry][data-status=ok]");
    assertThat(browser.text("li[data-check=registry]")).doesNotContain("Cure:");
  }

  @Test
  void aReconciliationIsTriedDryAndRun() {
    App base = platform.healthyApp("base");
    App app = appThatNeeds(base);
    console.visit("#/reconciliation");
    browser.click("button[data-action=dry-run]");
    browser.awaitText("[data-outcome=accepted]", "Nothing was changed.");
    for (App kept : List.of(base, app)) {
      assertThat(browser.texts("#plan li[data-app='%s'] strong".formatted(kept.name())))
          .containsExactly("keep");
    }
    String summary =
        Api.read(platform.api().send("POST", "/reconciliation", "{\"dryRun\":true}"))
            .getJsonObject("plan")
            .getString("summary");
    browser.awaitText("#plan", summary);

    browser.click("button[data-action=reconcile]");
    browser.awaitText("[data-outcome=accepted]", "Started");
    browser.awaitGone("#plan");
    browser.awaitText(
        "section[aria-labelledby=last-title]",
        "operator " + Api.OPERATOR + ": reconcile",
        "Nothing was left over.");
  }
}
