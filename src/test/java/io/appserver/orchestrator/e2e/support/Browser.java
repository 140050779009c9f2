package io.appserver.orchestrator.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.appserver.orchestrator.testing.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The console as somebody sees it who has a browser. */
public final class Browser implements AutoCloseable {

  private static final Duration PATIENCE = Patience.CONDITION;

  /**
   * Less than the 50 s after which Chromium takes a connection from a page that is out of sight.
   */
  private static final Duration LOADING = Duration.ofSeconds(30);

  private static final Dimension DESK = new Dimension(1280, 960);

  /** How it tells of what the server refused, or the network lost. */
  private static final List<String> LOST =
      List.of("Failed to load resource", "could not be loaded");

  /** What axe-core calls worse than an annoyance. */
  private static final Set<String> SERIOUS = Set.of("serious", "critical");

  /** More than a page has of what takes the focus. */
  private static final int MOST_STOPS = 200;

  private final ChromeDriver driver;
  private final Path profile;
  private final List<String> log = new ArrayList<>();

  public Browser() {
    try {
      profile = Files.createTempDirectory("console-browser");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    driver = Chromium.start(LogType.BROWSER, "--user-data-dir=" + profile);
    driver.manage().window().setSize(DESK);
    driver.manage().timeouts().pageLoadTimeout(LOADING);
  }

  public void open(URI address) {
    driver.get(address.toString());
  }

  /** Opens the link in a tab that nobody looks at. */
  public void clickIntoBackground(String css) {
    new Actions(driver).keyDown(Keys.CONTROL).click(find(css)).keyUp(Keys.CONTROL).perform();
  }

  /** Goes to the page before, as the browser's button does. */
  public void back() {
    driver.navigate().back();
  }

  /** Brings the tabs but the first to the front, one after another, and closes them. */
  public void throughTabs(Runnable inEach) {
    String first = driver.getWindowHandle();
    var others = new HashSet<>(driver.getWindowHandles());
    others.remove(first);
    try {
      for (String tab : others) {
        driver.switchTo().window(tab);
        assertThat(run("return performance.getEntriesByType('visibility-state').map(e => e.name)"))
            .as("nobody looked at the tab")
            .asInstanceOf(LIST)
            .startsWith("hidden");
        toFront();
        inEach.run();
      }
    } finally {
      for (String tab : others) {
        driver.switchTo().window(tab).close();
      }
      driver.switchTo().window(first);
      toFront();
    }
  }

  private void toFront() {
    driver.executeCdpCommand("Page.bringToFront", Map.of());
  }

  /** Goes to another page of the console, as a click would. */
  public void goTo(String hash) {
    run("location.hash = arguments[0]", hash);
  }

  /** Waits for the element, and returns it. */
  public WebElement find(String css) {
    return waiting("there is no " + css)
        .until(
            browser -> browser.findElements(By.cssSelector(css)).stream().findFirst().orElse(null));
  }

  public boolean has(String css) {
    return !driver.findElements(By.cssSelector(css)).isEmpty();
  }

  public void awaitGone(String css) {
    waiting("there is still " + css).until(browser -> !has(css));
  }

  /** Presses the keys, one after another, wherever the focus is. */
  public void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** Goes on to the element by the tabulator key alone. */
  public void tabTo(String css) {
    find(css);
    for (int i = 0; i < MOST_STOPS && !hasFocus(css); i++) {
      press(Keys.TAB);
    }
    awaitFocus(css);
  }

  /** Waits until what is typed goes to the element. */
  public void awaitFocus(String css) {
    waiting("the focus is not on " + css).until(browser -> hasFocus(css));
  }

  private boolean hasFocus(String css) {
    return Boolean.TRUE.equals(run("return document.activeElement?.matches(arguments[0])", css));
  }

  /** Clicks the element once it is there and takes clicks. */
  public void click(String css) {
    waiting("nobody can click " + css)
        .ignoring(StaleElementReferenceException.class)
        .until(browser -> {
          WebElement element =
              browser.findElements(By.cssSelector(css)).stream().findFirst().orElse(null);
          if (element == null || !element.isDisplayed() || !element.isEnabled()) {
            return false;
          }
          element.click();
          return true;
        });
  }

  public void type(String css, String text) {
    WebElement field = find(css);
    field.clear();
    field.sendKeys(text);
  }

  /** What stands in the element. */
  public String text(String css) {
    return waiting("nothing stands in " + css)
        .ignoring(StaleElementReferenceException.class)
        .until(browser -> find(css).getText());
  }

  /** What stands in each such element, seen or not, without the spaces around. */
  public List<String> texts(String css) {
    return list("return all(arguments[0]).map(e => e.textContent.trim())", css);
  }

  /** The attribute of each such element that has it. */
  public List<String> attributes(String css, String name) {
    return list(
        "return all(arguments[0]).map(e => e.getAttribute(arguments[1])).filter(v => v !== null)",
        css,
        name);
  }

  private List<String> list(String script, Object... arguments) {
    return ((List<?>)
            run("const all = (css) => [...document.querySelectorAll(css)]; " + script, arguments))
        .stream().map(String::valueOf).toList();
  }

  /** Waits until the words stand in the element, all of them. */
  public void awaitText(String css, String... words) {
    await().untilAsserted(() -> assertThat(text(css)).contains(words));
  }

  private WebDriverWait waiting(String otherwise) {
    var waiting = new WebDriverWait(driver, PATIENCE);
    waiting.withMessage(() -> otherwise + "\n" + seen());
    return waiting;
  }

  /** What somebody would be shown who asks why something is not there. */
  public String seen() {
    readLog();
    return "at %s\n%s\nlog: %s\n%s"
        .formatted(
            driver.getCurrentUrl(),
            run(
                "return JSON.stringify([document.body.dataset, document.visibilityState,"
                    + " document.querySelector('#live')?.dataset])"),
            log,
            run("return document.body.innerText"));
  }

  public Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Keeps no file that it got; who is logged in stays so. */
  public void forgetFiles() {
    driver.executeCdpCommand("Network.clearBrowserCache", Map.of());
  }

  /** As a phone, or as a desk again. */
  public void width(int pixels) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", pixels, "height", 960, "deviceScaleFactor", 1, "mobile", pixels < 600));
  }

  /** In the dark, or by day. */
  public void dark(boolean on) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", on ? "dark" : "light"))));
  }

  /**
   * What axe-core finds on the page that keeps somebody from using it. In its newer mode it looks
   * in another window, too, which must be there within a second; that is for pages with frames.
   */
  @SuppressWarnings("deprecation")
  public List<String> barriers() {
    return new AxeBuilder()
        .setLegacyMode(true).analyze(driver).getViolations().stream()
            .filter(rule -> SERIOUS.contains(rule.getImpact()))
            .map(Browser::words)
            .toList();
  }

  private static String words(Rule rule) {
    return "%s (%s): %s".formatted(rule.getId(), rule.getImpact(), rule.getNodes());
  }

  /**
   * What the browser complained of since it was asked last, but for answers like "not found" and
   * what was lost on the way.
   */
  public List<String> errors() {
    readLog();
    List<String> errors =
        log.stream().filter(message -> LOST.stream().noneMatch(message::contains)).toList();
    log.clear();
    return errors;
  }

  /** Chromium forgets what it was asked for once. */
  private void readLog() {
    driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .forEach(log::add);
  }

  /** A picture of what is seen. */
  public void picture(Path file) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
    OrchestratorServer.deleteTree(profile);
  }
}
