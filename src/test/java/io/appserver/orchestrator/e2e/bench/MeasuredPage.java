package io.appserver.orchestrator.e2e.bench;

import io.appserver.orchestrator.e2e.support.Chromium;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.By;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The console in Debian's Chromium, whose clock and wire are watched. */
final class MeasuredPage implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Goes on after the rows are there; what a page asks for until then is its own. */
  private static final Duration AFTERMATH = Duration.ofSeconds(1);

  /** Notes when rows and transitions are on the screen: after the frame that shows them first. */
  private static final String WATCH =
      """
      window.bench = { entries: {} };
      const afterFrame = (note) => requestAnimationFrame(() => setTimeout(note));
      new MutationObserver(() => {
        if (bench.rows === undefined && document.querySelector('tr[data-app]')) {
          bench.rows = null;
          afterFrame(() => { bench.rows = performance.now(); });
        }
        for (const { dataset: { entry } } of document.querySelectorAll('li[data-entry]')) {
          if (!(entry in bench.entries)) {
            bench.entries[entry] = null;
            afterFrame(() => { bench.entries[entry] = Date.now(); });
          }
        }
      }).observe(document, { childList: true, subtree: true });
      """;

  /** Warns of each Chromium that is newer than itself. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private final URI server;
  private final ChromeDriver driver;

  MeasuredPage(URI server) {
    this.server = server;
    SELENIUM.setLevel(Level.SEVERE);
    driver = Chromium.start(LogType.PERFORMANCE, "--window-size=1280,960");
    driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", WATCH));
  }

  /**
   * One load of a page: times in milliseconds since it was begun, the size with headers as they
   * were sent, requests that the browser's cache answered left out.
   */
  record Load(double firstPaint, double rowsShown, int rows, int requests, long bytes) {}

  void logIn(String user, String password) {
    driver.get(server.toString());
    waiting().until(browser -> browser.findElement(By.id("login-user"))).sendKeys(user);
    driver.findElement(By.id("login-password")).sendKeys(password);
    driver.findElement(By.id("login-submit")).click();
    waiting().until(browser -> browser.findElement(By.cssSelector("tr[data-app]")));
  }

  Load load(String hash, boolean cold) throws InterruptedException {
    driver.get("about:blank");
    if (cold) {
      driver.executeCdpCommand("Network.clearBrowserCache", Map.of());
    }
    traffic();
    driver.get(server.resolve(hash).toString());
    double rowsShown = number("return bench.rows");
    Thread.sleep(AFTERMATH);
    Map<String, Long> traffic = traffic();
    return new Load(
        number("return performance.getEntriesByName('first-paint')[0]?.startTime"),
        rowsShown,
        (int) number("return document.querySelectorAll('tr[data-app]').length"),
        traffic.size(),
        traffic.values().stream().mapToLong(Long::longValue).sum());
  }

  /** When the entry of the history was on the screen: milliseconds of the epoch. */
  double seen(long entry) {
    return number("return bench.entries[arguments[0]]", Long.toString(entry));
  }

  /** What the script returns, as soon as it is a number. */
  private double number(String script, Object... arguments) {
    return waiting()
        .until(browser ->
            driver.executeScript(script, arguments) instanceof Number number
                ? number.doubleValue()
                : null);
  }

  private WebDriverWait waiting() {
    var waiting = new WebDriverWait(driver, PATIENCE, Duration.ofMillis(50));
    waiting.ignoring(NoSuchElementException.class);
    return waiting;
  }

  /** Bytes received since it was asked last, by request. */
  private Map<String, Long> traffic() {
    var bytes = new HashMap<String, Long>();
    for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
      JsonObject message;
      try (var reader = Json.createReader(new StringReader(entry.getMessage()))) {
        message = reader.readObject().getJsonObject("message");
      }
      JsonObject params = message.getJsonObject("params");
      switch (message.getString("method")) {
        case "Network.responseReceived" ->
            bytes.put(
                params.getString("requestId"),
                params.getJsonObject("response").getJsonNumber("encodedDataLength").longValue());
        // a stream has no end that would tell the sum
        case "Network.dataReceived" ->
            bytes.computeIfPresent(
                params.getString("requestId"),
                (id, sum) -> sum + params.getJsonNumber("encodedDataLength").longValue());
        case "Network.loadingFinished" ->
            bytes.computeIfPresent(
                params.getString("requestId"),
                (id, sum) -> params.getJsonNumber("encodedDataLength").longValue());
        default -> {}
      }
    }
    bytes.values().removeIf(sum -> sum == 0);
    return bytes;
  }

  @Override
  public void close() {
    driver.quit();
  }
}
