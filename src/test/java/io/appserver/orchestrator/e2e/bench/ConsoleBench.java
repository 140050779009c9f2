package io.appserver.orchestrator.e2e.bench;

import java.net.URI;
import java.time.Duration;

/** Prints how fast the console shows what there is and what happens, or how fast the API lists. */
final class ConsoleBench {

  private ConsoleBench() {}

  /** {@code overview ROWS} or {@code list SECONDS}; address, login and database by environment. */
  public static void main(String[] arguments) throws Exception {
    var server = URI.create("http://127.0.0.1:%s/".formatted(System.getenv("HTTP_PORT")));
    int number = Integer.parseInt(arguments[1]);
    switch (arguments[0]) {
      case "overview" -> new OverviewBench(server).run(number);
      case "list" -> new ListBench(server).run(Duration.ofSeconds(number));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  static String user() {
    return System.getenv("APPSERVER_ADMIN_USER");
  }

  static String password() {
    return System.getenv("APPSERVER_ADMIN_PASSWORD");
  }
}
