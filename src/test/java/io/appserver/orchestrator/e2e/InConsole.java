package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.Browser;
import io.appserver.orchestrator.e2e.support.Console;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Tests in a real browser, in which an operator is logged in, on a server of their own. */
@ResourceLock(EndToEnd.OWN_SERVER)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InConsole {

  private final String name;
  Console console;
  Platform platform;
  Browser browser;

  /**
   * @param name letters and underscores: it becomes part of names in the database
   */
  InConsole(String name) {
    this.name = name;
  }

  @BeforeAll
  void start() {
    console = Console.open(name);
    platform = console.platform();
    browser = console.browser();
  }

  @AfterAll
  void stop() {
    if (console != null) {
      console.close();
    }
  }

  /** Whatever a test does, the pages keep to their own policy and throw nothing. */
  @AfterEach
  void nothingWasComplainedOf() {
    assertThat(browser.errors()).isEmpty();
  }
}
