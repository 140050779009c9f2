package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.Prometheus;
import io.appserver.orchestrator.metrics.MetricsDocument;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators have in {@code docs/monitoring}, used by the programs it is made for. */
@EndToEnd
class MonitoringE2E {

  private final Platform platform;

  @TempDir private Path home;

  MonitoringE2E(Platform platform) {
    this.platform = platform;
  }

  @Test
  void promtoolIsContentWithTheRulesAndTheirTests() {
    Path files = Prometheus.files();
    Prometheus.promtool("check", "rules", files.resolve("alerts.yml").toString());
    Prometheus.promtool("check", "config", files.resolve("prometheus.yml").toString());
    assertThat(Prometheus.promtool("test", "rules", files.resolve("alerts_test.yml").toString()))
        .contains("SUCCESS");
  }

  @Test
  void prometheusScrapesEvaluatesAndAnswersTheDashboard() throws IOException {
    App app = platform.healthyApp("scraped");
    try (var prometheus = Prometheus.start(home, platform.server())) {
      await("it is scraped").until(() -> value(prometheus, "up{job=\"orchestrator\"}") == 1);
      await("the deployments are told")
          .until(() -> value(prometheus, "orchestrator_deployments{state=\"healthy\"}") >= 1);
      assertThat(
              value(
                  prometheus,
                  "orchestrator_container_starts_total{app=\"%s\",outcome=\"succeeded\"}"
                      .formatted(app.name())))
          .isEqualTo(1);
      await("every rule was evaluated")
          .until(() ->
              prometheus.rules().stream()
                  .noneMatch(rule -> rule.getString("health").equals("unknown")));
      assertThat(prometheus.rules())
          .allSatisfy(rule -> assertThat(rule.getString("health")).isEqualTo("ok"))
          .extracting(rule -> rule.getString("name"))
          .containsExactlyElementsOf(
              MetricsDocument.alerts().stream().map(MetricsDocument.Alert::name).toList());
      for (String expression : panels()) {
        prometheus.query(expression); // fails unless it can be evaluated
      }
      // A scrape that comes too late on a busy machine is told until the next.
      await("it is not taken for down")
          .until(() -> prometheus.query("ALERTS{alertname=\"OrchestratorDown\"}").isEmpty());
    }
  }

  /** The panels' expressions, as Grafana asks them with everything chosen. */
  private static List<String> panels() throws IOException {
    var expressions = new ArrayList<String>();
    try (var reader =
        Json.createReader(Files.newInputStream(Prometheus.files().resolve("dashboard.json")))) {
      for (JsonObject panel :
          reader.readObject().getJsonArray("panels").getValuesAs(JsonObject.class)) {
        for (JsonObject target :
            panel
                .getOrDefault("targets", JsonArray.EMPTY_JSON_ARRAY)
                .asJsonArray()
                .getValuesAs(JsonObject.class)) {
          expressions.add(
              target
                  .getString("expr")
                  .replace("$__rate_interval", "1m")
                  .replace("$job", "orchestrator")
                  .replace("$instance", ".*")
                  .replace("$app", ".*"));
        }
      }
    }
    assertThat(expressions).isNotEmpty().noneMatch(expression -> expression.contains("$"));
    return expressions;
  }

  /** The one sample there is; not a number while there is none. */
  private static double value(Prometheus prometheus, String expression) {
    List<JsonObject> samples = prometheus.query(expression);
    return samples.size() == 1
        ? Double.parseDouble(
            ((JsonString) samples.getFirst().getJsonArray("value").get(1)).getString())
        : Double.NaN;
  }
}
