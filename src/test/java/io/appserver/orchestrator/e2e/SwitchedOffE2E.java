package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.TraceSink;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A server without any account, whose traces are switched off. */
@ResourceLock(EndToEnd.OTHER_SERVER)
class SwitchedOffE2E {

  private static final Map<String, String> NO_ACCOUNTS =
      Map.of(
          "APPSERVER_ADMIN_USER", "",
          "APPSERVER_ADMIN_PASSWORD", "",
          "APPSERVER_VIEWER_USER", "",
          "APPSERVER_VIEWER_PASSWORD", "");

  @Test
  void doesItsWorkAnswersNobodyAndSendsNothing() throws IOException {
    try (var sink = TraceSink.start();
        var platform = Platform.start("off", settings(sink))) {
      App app = platform.healthyApp("worked");

      for (String path :
          List.of("/", "/index.html", "/js/app.js", "/api/v1/status", "/api/v1/session")) {
        HttpResponse<String> response = platform.server().get(path);
        assertThat(response.statusCode()).as(path).isEqualTo(404);
        assertThat(response.body()).as(path).contains("APPSERVER_ADMIN_USER");
      }
      for (String path : List.of("/health/ready", "/metrics")) {
        assertThat(platform.server().get(path).statusCode()).as(path).isEqualTo(200);
      }
      assertThat(platform.server().console())
          .anyMatch(
              line -> line.contains("the console and the API are off: set APPSERVER_ADMIN_USER"));
      assertThat(platform.database().state(app)).isEqualTo("healthy");

      platform.appServer().uninstall(app);
      platform.awaitState(app, "stopped");
      platform.server().stop(); // whatever waits to be sent is sent then
      assertThat(sink.requests()).isEmpty();
    }
  }

  private static Map<String, String> settings(TraceSink sink) {
    var settings = new HashMap<>(NO_ACCOUNTS);
    settings.putAll(sink.settings(false));
    return settings;
  }
}
