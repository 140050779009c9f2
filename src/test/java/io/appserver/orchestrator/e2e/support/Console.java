package io.appserver.orchestrator.e2e.support;

import io.appserver.orchestrator.testing.Relay;
import java.net.InetAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** A server, and a browser in which an operator is logged in to its console. */
public final class Console implements AutoCloseable {

  private static final Map<String, String> SETTINGS =
      Map.of(
          // A crash is a matter for whoever looks at the page.
          "APPSERVER_DOCKER_MAX_RESTARTS", "0",
          "APPSERVER_DOCKER_HEALTH_CHECK_INTERVAL", "2s");

  private final Relay registryLine;
  private final Platform platform;
  private final Browser browser;

  private Console(Relay registryLine, Platform platform, Browser browser) {
    this.registryLine = registryLine;
    this.platform = platform;
    this.browser = browser;
  }

  /** Starts everything of that name, and logs in. */
  public static Console open(String name) {
    URI registry = Services.fromEnvironment().registry();
    var line = new Relay(InetAddress.getLoopbackAddress(), registry.getHost(), registry.getPort());
    line.open();
    var console = new Console(line, platform(name, line), new Browser());
    console.logIn();
    return console;
  }

  private static Platform platform(String name, Relay registryLine) {
    var settings = new HashMap<>(SETTINGS);
    settings.put("APPSERVER_DOCKER_REGISTRY_URL", registryLine.address());
    return Platform.start(name, settings);
  }

  public Platform platform() {
    return platform;
  }

  public Browser browser() {
    return browser;
  }

  /** Between server or engine and the registry. */
  public Relay registryLine() {
    return registryLine;
  }

  /** Begins at the overview, as the operator. */
  public void logIn() {
    browser.open(platform.server().uri("/"));
    browser.type("#login-user", Api.OPERATOR);
    browser.type("#login-password", Api.passwordOf(Api.OPERATOR));
    browser.click("#login-submit");
    browser.find("body[data-page=overview]");
    browser.find("#live[data-live=live]");
  }

  /** Goes to the page and waits until there is something on it. */
  public void visit(String page) {
    String[] parts = page.replaceFirst("\\?.*", "").replace("#/", "").split("/", 2);
    browser.goTo(page);
    switch (parts[0]) {
      case "" -> browser.find("body[data-page=overview]");
      case "apps" -> browser.find("h1[data-app='%s']".formatted(parts[1]));
      default -> browser.find("body[data-page='%s']".formatted(parts[0]));
    }
    browser.find("main h1");
    browser.awaitGone("main .loading");
  }

  public void visit(App app) {
    visit("#/apps/" + app.name());
  }

  @Override
  public void close() {
    browser.close();
    platform.close();
    try (var line = registryLine;
        var engine = new Engine(Services.fromEnvironment())) {
      engine.removeImages(line.address());
    }
  }
}
