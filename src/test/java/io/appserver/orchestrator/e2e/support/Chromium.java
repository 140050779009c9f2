package io.appserver.orchestrator.e2e.support;

import java.io.File;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LoggingPreferences;

/** Debian's Chromium, without a window, and quiet. */
public final class Chromium {

  private Chromium() {}

  /**
   * Starts one.
   *
   * @param log that of its logs which is kept, all of it
   * @param more arguments
   */
  public static ChromeDriver start(String log, String... more) {
    var options = new ChromeOptions();
    options.setBinary("/usr/bin/chromium");
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // As for people: a page that a change of the host's networks broke off is loaded again.
        "--enable-auto-reload",
        "--lang=en-US");
    options.addArguments(more);
    var logs = new LoggingPreferences();
    logs.enable(log, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    return new ChromeDriver(
        new ChromeDriverService.Builder()
            .usingDriverExecutable(new File("/usr/bin/chromedriver"))
            .build(),
        options);
  }
}
