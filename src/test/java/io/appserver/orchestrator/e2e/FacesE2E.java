package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the operator sees from outside: health, metrics, log. */
@EndToEnd
class FacesE2E {

  private static final Pattern DOCUMENTED =
      Pattern.compile("(?m)^\\| `(orchestrator_[a-z_]+)` \\|");
  private static final Pattern REPORTED = Pattern.compile("(?m)^# TYPE (orchestrator_[a-z_]+) ");

  private final Platform platform;

  FacesE2E(Platform platform) {
    this.platform = platform;
  }

  @Test
  void healthSaysHowEachPartIs() {
    for (String path : List.of("/health", "/health/live", "/health/ready", "/health/started")) {
      assertThat(platform.server().get(path).statusCode()).as(path).isEqualTo(200);
    }
    assertThat(platform.server().get("/health/ready").body())
        .contains("docker", "broker", "database", "platform", "startup");
  }

  @Test
  void metricsAreTheDocumentedOnes() throws IOException {
    App app = platform.healthyApp("measured");
    platform.appServer().uninstall(app);
    platform.awaitState(app, "stopped");
    String metrics = platform.server().get("/metrics?scope=application").body();

    assertThat(metrics)
        .contains("orchestrator_container_starts_total{app=\"%s\"".formatted(app.name()))
        .contains("orchestrator_container_stops_total{app=\"%s\"".formatted(app.name()))
        .contains("orchestrator_health_checks_total{app=\"%s\"".formatted(app.name()))
        .contains("orchestrator_pull_duration_seconds_count{app=\"%s\"".formatted(app.name()));
    String documentation =
        Files.readString(
            Path.of(System.getProperty("orchestrator.basedir", ""), "docs", "metrics.md"));
    var documented = names(DOCUMENTED, documentation);
    var reported =
        names(REPORTED, metrics).stream()
            .map(name -> name.endsWith("_max") ? name.substring(0, name.length() - 4) : name)
            .collect(Collectors.toCollection(TreeSet::new));
    // A restart has not happened yet; its series come with the first one.
    assertThat(documented).contains("orchestrator_container_restarts_total");
    documented.remove("orchestrator_container_restarts_total");
    reported.remove("orchestrator_container_restarts_total");
    assertThat(reported).isEqualTo(documented);
  }

  private static Set<String> names(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void noSecretIsSeenInLogHealthOrMetrics() throws IOException {
    platform.healthyApp("watched");
    Map<String, String> settings = platform.server().settings();
    String seen =
        String.join("\n", platform.server().console())
            + platform.server().get("/health").body()
            + platform.server().get("/metrics").body();
    List<String> secrets =
        List.of(
            settings.get("APPSERVER_DB_PASSWORD"),
            settings.get("APPSERVER_DOCKER_REGISTRY_PASSWORD"),
            platform.broker().url().getUserInfo().split(":", 2)[1]);

    assertThat(secrets).doesNotContainNull().allMatch(secret -> secret.length() > 6);
    assertThat(seen).doesNotContain(secrets);
    List<String> details =
        platform
            .database()
            .query("SELECT message || details FROM orchestrator_history", row -> row.getString(1));
    assertThat(String.join("\n", details)).isNotEmpty().doesNotContain(secrets);
  }

  @Test
  void theGuidesGrepFindsEveryTransition() {
    App app = platform.healthyApp("logged");
    assertThat(platform.server().console(app))
        .anyMatch(line -> line.contains("PENDING -> PULLING"))
        .anyMatch(line -> line.contains("CREATING -> STARTING"))
        .anyMatch(line -> line.contains("STARTING -> HEALTHY"));
  }
}
