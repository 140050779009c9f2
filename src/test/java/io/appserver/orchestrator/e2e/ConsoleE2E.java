package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.Api;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.LossyLine;
import jakarta.json.JsonValue;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The console in a real browser, on a real server with real containers. */
class ConsoleE2E extends InConsole {

  /**
   * Less than the 50 s after which Chromium takes a connection from a page that is out of sight.
   */
  private static final List<String> PAGES =
      List.of(
          "#/",
          "#/dead-letters",
          "#/graph",
          "#/nodes",
          "#/reconciliation",
          "#/doctor",
          "#/explanations");

  ConsoleE2E() {
    super("console");
  }

  private void overview() {
    console.visit("#/");
  }

  @Test
  void loginIsRefusedAndAccepted() {
    browser.click("button[data-action=sign-out]");
    browser.type("#login-user", Api.OPERATOR);
    browser.type("#login-password", "a guess");
    browser.click("#login-submit");
    browser.awaitText(".problem[data-problem='401']", "wrong");
    assertThat(browser.has("tr[data-app]")).isFalse();
    assertThat(browser.barriers()).isEmpty();

    browser.type("#login-user", Api.VIEWER);
    browser.type("#login-password", Api.passwordOf(Api.VIEWER));
    browser.click("#login-submit");
    browser.find("body[data-page=overview]");
    App app = platform.healthyApp("viewed");
    browser.goTo("#/apps/" + app.name());
    browser.find("h1[data-app='%s'][data-state=healthy]".formatted(app.name()));
    assertThat(browser.has("button[data-action=restart]")).isFalse();

    browser.click("button[data-action=sign-out]");
    browser.find("#login-user");
    console.logIn();
  }

  @Test
  void anInstallIsSeenLive() {
    overview();
    browser.run("window.sameDocument = true");
    App app = platform.app("live", "web");
    platform.appServer().install(app);

    browser.find(
        "tr[data-app='%s'][data-state=healthy][data-health=healthy]".formatted(app.name()));
    platform.appServer().uninstall(app);
    browser.awaitGone("tr[data-app='%s'][data-state=healthy]".formatted(app.name()));
    assertThat(browser.run("return window.sameDocument"))
        .isEqualTo(true); // nothing was loaded anew
  }

  /**
   * A browser has six connections per server, and keeps pages that were left; the seventh page
   * would wait for 50 s if each kept its stream.
   */
  @Test
  void aPageThatIsLeftKeepsNoConnection() {
    for (int i = 0; i < 8; i++) {
      overview();
      browser.find("#live[data-live=live]");
      browser.open(URI.create("about:blank"));
      browser.open(platform.server().uri("/"));
      isThereSoon();
    }
    browser.run("window.sameDocument = true");
    browser.open(URI.create("about:blank"));
    browser.back();
    isThereSoon();
    assertThat(browser.run("return window.sameDocument"))
        .as("the browser kept the page")
        .isEqualTo(true);
  }

  @Test
  void tabsThatNobodyLooksAtKeepNoConnection() {
    App app = platform.healthyApp("tabbed");
    overview();
    for (int i = 0; i < 8; i++) {
      browser.clickIntoBackground("tr[data-app='%s'] a".formatted(app.name()));
    }
    browser.goTo("#/apps/" + app.name());
    isThereSoon("h1[data-app='%s'][data-state=healthy]".formatted(app.name()));
    browser.throughTabs(() -> {
      isThereSoon();
      browser.find("[data-following=true]");
    });
    isThereSoon();
  }

  private void isThereSoon() {
    isThereSoon("body[data-page]:has(#live[data-live=live])");
  }

  private void isThereSoon(String css) {
    await().untilAsserted(() -> assertThat(browser.has(css)).as(browser::seen).isTrue());
  }

  @Test
  void aPullIsSeenMoving() {
    App app = platform.app("pulled", "big", "SEED=" + System.nanoTime());
    console.registryLine().slowDown(8 << 20);
    try {
      platform.appServer().install(app);
      browser.goTo("#/apps/" + app.name());
      String bar = "[data-pull='%s'] progress".formatted(app.name());
      browser.find(bar);
      var seen = new TreeSet<Double>();
      await()
          .pollInterval(Duration.ofMillis(100))
          .until(() -> {
            Object value =
                browser.run(
                    "const bar = document.querySelector(arguments[0]); return bar && bar.position > 0 ? bar.position : null",
                    bar);
            if (value instanceof Number number) {
              seen.add(number.doubleValue());
            }
            return seen.size() >= 3;
          });
      assertThat(browser.has("tr[data-layer] progress")).isTrue();
    } finally {
      console.registryLine().letGo();
    }
    browser.find("h1[data-app='%s'][data-state=healthy]".formatted(app.name()));
    platform.appServer().uninstall(app);
    platform.awaitState(app, "stopped");
  }

  @Test
  void aCrashIsSeenExplainedAndRestartedByAButton() {
    App app = platform.healthyApp("crashed");
    overview();
    browser.find("tr[data-app='%s'][data-state=healthy]".formatted(app.name()));
    platform.engine().client().killContainerCmd(app.container()).exec();

    String card = "article[data-attention='%s']".formatted(app.name());
    browser.find(card + "[data-state=failed]");
    browser.awaitText(card, "exit code 137", "What to do: " + firstCure("exited", app));
    browser.click(card + " button[data-action=restart]");
    browser.find("tr[data-app='%s'][data-state=healthy]".formatted(app.name()));
    browser.awaitGone(card);
    assertThat(
            platform
                .api()
                .object("/deployments/" + app.name() + "/timeline?size=500")
                .getJsonArray("items")
                .stream()
                .map(JsonValue::asJsonObject)
                .filter(entry -> entry.getString("cause").equals("operator: restart"))
                .map(entry -> entry.getString("actor"))
                .filter(actor -> !actor.equals("orchestrator")))
        .containsExactly(Api.OPERATOR);
  }

  /** What the server says is to be done first, as it is read: code has no marks. */
  private String firstCure(String code, App app) {
    return platform
        .api()
        .object("/explanations/" + code)
        .getJsonArray("cures")
        .getString(0)
        .replace("<app>", app.name())
        .replace("`", "");
  }

  @Test
  void aHeldAppSaysWhoHoldsItAndIsReleased() {
    App app = platform.healthyApp("held");
    browser.goTo("#/apps/" + app.name());
    browser.click("button[data-action=hold][data-app='%s']".formatted(app.name()));
    browser.type("dialog input[name=reason], dialog textarea[name=reason]", "until Monday");
    browser.click("dialog button[value=confirm]");
    browser.find("h1[data-app='%s'][data-state=pending]".formatted(app.name()));
    browser.click(
        "button[data-action=release][data-app='%s']:not([disabled])".formatted(app.name()));
    browser.find("h1[data-app='%s'][data-state=healthy]".formatted(app.name()));
    assertThat(platform.database().history(app).toString()).contains("until Monday");
  }

  @Test
  void aPlanIsShownBeforeAnUninstallAndARedeploy() {
    App app = platform.healthyApp("foreseen");
    App dependant = platform.app("dependant", "web");
    platform.appServer().dependOnHard(dependant, app);
    platform.appServer().install(dependant);
    platform.awaitState(dependant, "healthy");
    console.visit(app);
    browser.click("button[data-action=plan-uninstall]");
    assertPlanned("stop", "remove");
    browser.awaitText(
        "dialog", app.container() + ": remove", "Apps that depend on it", dependant.name());
    assertThat(browser.barriers()).isEmpty();
    browser.click("dialog a[href='#/apps/%s']".formatted(dependant.name()));
    browser.awaitGone("dialog");
    browser.find("h1[data-app='%s']".formatted(dependant.name()));

    console.visit(app);
    String before = platform.engine().container(app.container()).orElseThrow().getId();
    browser.click("button[data-action=redeploy][data-app='%s']".formatted(app.name()));
    assertPlanned("pull", "stop", "create", "start", "wait", "remove");
    browser.awaitText(
        "dialog", app.name() + ":latest is on this node", app.container() + ": replace");
    assertThat(browser.texts("dialog .names code")).contains("DB_PASSWORD");
    assertThat(browser.texts("dialog").getFirst())
        .doesNotContain(platform.services().databaseLogin().password());
    browser.click("dialog button[value=confirm]");
    platform.await(
        app,
        "has another container",
        () ->
            assertThat(platform.engine().container(app.container()))
                .hasValueSatisfying(now -> assertThat(now.getId()).isNotEqualTo(before)));
    platform.awaitState(app, "healthy");
    browser.find("h1[data-app='%s'][data-state=healthy]".formatted(app.name()));
  }

  private void assertPlanned(String... verbs) {
    browser.find("dialog li[data-verb]");
    assertThat(browser.attributes("dialog li[data-verb]", "data-verb")).containsExactly(verbs);
    assertThat(browser.has("dialog .problem")).isFalse();
  }

  @Test
  void theKeyboardIsEnough() {
    App app = platform.healthyApp("typed");
    overview();
    browser.tabTo("button[data-action=sign-out]");
    browser.press(Keys.ENTER);
    browser.awaitFocus("#login-user");
    browser.press(Api.OPERATOR, Keys.TAB);
    browser.awaitFocus("#login-password");
    browser.press(Api.passwordOf(Api.OPERATOR), Keys.ENTER);
    browser.awaitFocus("body[data-page=overview] main h1");
    browser.tabTo("tr[data-app='%s'] a".formatted(app.name()));
    browser.press(Keys.ENTER);
    browser.awaitFocus("h1[data-app='%s']".formatted(app.name()));

    String restart = "button[data-action=restart][data-app='%s']".formatted(app.name());
    browser.tabTo(restart);
    browser.press(Keys.ENTER);
    browser.awaitFocus("dialog[data-dialog=restart] button");
    browser.press(Keys.ESCAPE);
    browser.awaitGone("dialog");
    browser.awaitFocus(restart);
    String before = startedAt(app);
    browser.press(Keys.ENTER);
    browser.tabTo("dialog button[value=confirm]");
    browser.press(Keys.ENTER);
    browser.awaitGone("dialog");
    browser.awaitFocus(restart);
    platform.await(app, "was started again", () -> assertThat(startedAt(app)).isNotEqualTo(before));
    browser.find("h1[data-app='%s'][data-state=healthy]".formatted(app.name()));
    browser.awaitFocus(restart);
  }

  private String startedAt(App app) {
    return String.valueOf(
        platform.engine().container(app.container()).orElseThrow().getState().getStartedAt());
  }

  @Test
  void theFocusGoesToTheHeadingWhenItsCardGoes() {
    App app = platform.healthyApp("focused");
    overview();
    platform.engine().client().killContainerCmd(app.container()).exec();
    String card = "article[data-attention='%s']".formatted(app.name());
    browser.tabTo(card + " button[data-action=restart]");
    browser.press(Keys.ENTER);
    browser.awaitGone(card);
    browser.awaitFocus("body[data-page=overview] main h1");
  }

  @Test
  void logsAreFollowed() {
    App app = platform.healthyApp("spoken");
    browser.goTo("#/apps/" + app.name());
    browser.find("#log");
    await()
        .until(() -> {
          platform
              .engine()
              .execute(app.container(), "sh", "-c", "echo a word from within >/proc/1/fd/1");
          return browser.text("#log").contains("a word from within");
        });
  }

  @Test
  void aDeadLetterIsReadReplayedAndDiscarded() {
    String mark = "mark" + System.nanoTime();
    platform.broker().publish("app.installed", "{\"AppName\": \"" + mark + "//\"}");
    await().until(() -> letters().size() == 1);
    browser.goTo("#/dead-letters");
    browser.click("button[data-action=replay]");
    // as wrong as before, it comes back with the count of its replays
    await().until(() -> letters().equals(List.of(1)));
    browser.goTo("#/nodes");
    browser.goTo("#/dead-letters");
    browser.find("tr[data-letter] td[data-label=Attempts]");
    browser.awaitText("tr[data-letter]", "1 replay");
    browser.click("tr[data-letter] a");
    browser.find("body[data-page=dead-letter]");
    browser.awaitText("main", mark);
    assertThat(browser.barriers()).isEmpty();
    browser.click("button[data-action=discard]");
    browser.click("dialog button[value=confirm]");
    await().until(() -> letters().isEmpty());
  }

  /** How often each letter was replayed. */
  private List<Integer> letters() {
    return platform.api().object("/dead-letters").getJsonArray("items").stream()
        .map(item -> item.asJsonObject().getInt("replays"))
        .toList();
  }

  @Test
  void nobodyIsKeptOutOfAnyPage() {
    App base = platform.healthyApp("base");
    App app = platform.app("drawn", "web");
    platform.appServer().dependOnHard(app, base);
    platform.appServer().install(app);
    platform.awaitState(app, "healthy");
    App lost = platform.appServer().register("lost");
    platform.appServer().install(lost);
    platform.awaitState(lost, "failed");
    var pages = new ArrayList<>(PAGES);
    pages.add("#/apps/" + app.name());
    pages.add("#/apps/" + lost.name());
    for (boolean dark : List.of(false, true)) {
      browser.dark(dark);
      for (String page : pages) {
        console.visit(page);
        assertThat(browser.barriers()).as(page + (dark ? " in the dark" : "")).isEmpty();
      }
    }
    browser.dark(false);
    browser.width(390);
    for (String page : pages) {
      console.visit(page);
      assertThat(browser.run("return document.documentElement.scrollWidth"))
          .as("%s on a phone", page)
          .isEqualTo(390L);
    }
    browser.width(1280);
    overview();
    browser.find("article[data-attention='%s']".formatted(lost.name()));
    browser.picture(
        Path.of(System.getProperty("orchestrator.basedir", "")).resolve("target/console.png"));
  }

  /**
   * The network may lose anything but the page itself; Chromium drops what is under way when an
   * interface of the machine comes or goes. What a page asks for is found by looking at it.
   */
  @Test
  void aPageGetsEachOfItsPartsAgainThatWasLostOnTheWay() {
    App needed = platform.healthyApp("lossy");
    App lossy = platform.app("needing_lossy", "web");
    platform.appServer().dependOnHard(lossy, needed);
    platform.appServer().install(lossy);
    platform.awaitState(lossy, "healthy");
    var pages = new LinkedHashMap<String, String>();
    pages.put("/#/apps/" + lossy.name(), "#probe-plot .uplot canvas");
    pages.put("/#/", "tr[data-app='%s'][data-state=healthy]".formatted(lossy.name()));
    pages.put("/#/graph", "#graph canvas");
    pages.put("/api-docs.html", ".opblock-summary-path");
    var shown = new TreeSet<String>();
    try (var line = new LossyLine(platform.server().uri("/"))) {
      pages.forEach((page, whole) -> {
        Set<String> parts = partsOf(line, page, whole);
        assertThat(parts).contains("/parts.json").hasSizeLessThan(20);
        parts.removeIf(part -> !shown.add(part)); // pages load them by the same code
        for (String part : parts) {
          line.lose(part, LOSSES);
          openAnew(line.uri(page));
          browser.find(whole);
          await(part + " of " + page).until(() -> line.lost() > 0);
          assertThat(browser.has("[data-action=load-again]")).as(part).isFalse();
        }
      });
    } finally {
      overviewAnew();
    }
  }

  /** More than a browser asks again by itself. */
  private static final int LOSSES = 3;

  private Set<String> partsOf(LossyLine line, String page, String whole) {
    line.lose("", 0);
    browser.open(URI.create("about:blank"));
    line.asked(); // that was for the page before
    openAnew(line.uri(page));
    browser.find(whole);
    if (!page.equals("/api-docs.html")) {
      browser.find("#live[data-live=live]");
    }
    Set<String> parts = new TreeSet<>(line.asked());
    parts.removeAll(Set.of("/", "/api-docs.html", "/favicon.svg")); // the page, and the tab's icon
    return parts;
  }

  /** As somebody who was never here. */
  private void openAnew(URI address) {
    browser.open(URI.create("about:blank"));
    browser.forgetFiles();
    browser.open(address);
  }

  private void overviewAnew() {
    browser.open(platform.server().uri("/"));
    isThereSoon();
  }

  @Test
  void aPageWhosePartsAreLostEachTimeSaysWhatToDo() {
    try (var line = new LossyLine(platform.server().uri("/"))) {
      for (String page : List.of("/#/", "/api-docs.html")) {
        line.lose("/parts.json", Integer.MAX_VALUE);
        openAnew(line.uri(page));
        browser.awaitText("main", "lost on the way", "asked for again");
        browser.find("[data-action=load-again]");
        browser.awaitText("main", "could not be loaded", "Look whether");
        line.lose("", 0);
        browser.click("[data-action=load-again]");
        browser.awaitGone("[data-action=load-again]");
        browser.find("main h1, main .swagger-ui");
      }
    } finally {
      overviewAnew();
    }
  }

  @Test
  void theApiIsBrowsable() {
    browser.open(platform.server().uri("/api-docs.html"));
    browser.find(".opblock-summary-path");
    browser.awaitText("body", "/api/v1/deployments");
    browser.open(platform.server().uri("/"));
    browser.find("body[data-page=overview]");
  }
}
