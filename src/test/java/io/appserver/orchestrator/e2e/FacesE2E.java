package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.metrics.MetricsDocument;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the operator sees from outside: health, metrics, and no secret. */
@EndToEnd
class FacesE2E {

  private static final Pattern TYPE =
      Pattern.compile("(?m)^# TYPE (orchestrator_[a-z_]+) ([a-z]+)$");
  private static final Pattern SERIES =
      Pattern.compile("(?m)^(orchestrator_[a-z_]+)\\{(.*)} \\S+$");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

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
  void metricsAreTheDocumentedOnes() {
    App app = platform.healthyApp("measured");
    platform.engine().client().killContainerCmd(app.container()).exec();
    platform.await(
        app,
        "was restarted",
        () ->
            assertThat(metrics())
                .contains(
                    "orchestrator_container_restarts_total{app=\"%s\"".formatted(app.name())));
    platform.appServer().uninstall(app);
    platform.awaitState(app, "stopped");
    String metrics = metrics();

    assertThat(metrics)
        .contains("orchestrator_container_starts_total{app=\"%s\"".formatted(app.name()))
        .contains("orchestrator_container_stops_total{app=\"%s\"".formatted(app.name()))
        .contains("orchestrator_health_checks_total{app=\"%s\"".formatted(app.name()))
        .contains("orchestrator_pull_duration_seconds_count{app=\"%s\"".formatted(app.name()));
    Map<String, Set<String>> labels = labels(metrics);
    Map<String, Scraped> scraped =
        TYPE.matcher(metrics)
            .results()
            .collect(
                Collectors.toMap(
                    type -> type.group(1),
                    type -> new Scraped(type.group(2), labels.get(type.group(1)))));
    Map<String, Scraped> documented = new TreeMap<>();
    for (MetricsDocument.Row row : MetricsDocument.families()) {
      Set<String> documentedLabels = new TreeSet<>(row.labels());
      boolean timer = row.type().equals("timer");
      documented.put(row.name(), new Scraped(timer ? "histogram" : row.type(), documentedLabels));
      if (timer) {
        documented.put(row.name() + "_max", new Scraped("gauge", documentedLabels));
      }
    }
    assertThat(scraped).containsExactlyInAnyOrderEntriesOf(documented);
  }

  /**
   * A family as it is scraped.
   *
   * @param type as Prometheus calls it
   * @param labels of all of its series, without those that every one has
   */
  private record Scraped(String type, Set<String> labels) {}

  private String metrics() {
    return platform.server().get("/metrics?scope=application").body();
  }

  /** The labels of each family's series; all series of a family have the same. */
  private static Map<String, Set<String>> labels(String metrics) {
    var labels = new TreeMap<String, Set<String>>();
    for (MatchResult series : SERIES.matcher(metrics).results().toList()) {
      String family = series.group(1).replaceFirst("_(bucket|count|sum)$", "");
      Set<String> own = names(LABEL, series.group(2));
      assertThat(own).contains("mp_scope");
      own.removeAll(Set.of("mp_scope", "le"));
      assertThat(labels.computeIfAbsent(family, f -> own)).as(series.group()).isEqualTo(own);
    }
    return labels;
  }

  private static Set<String> names(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void noSecretIsSeenInLogHealthOrMetrics() {
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
}
