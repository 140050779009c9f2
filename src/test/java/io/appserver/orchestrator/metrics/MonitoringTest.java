package io.appserver.orchestrator.metrics;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files in {@code docs/monitoring} speak of figures that there are. */
class MonitoringTest {

  private static final Path FOLDER = Path.of("docs", "monitoring");

  private static final Pattern RULE =
      Pattern.compile(
          "- alert: (\\w+)\\n +expr: (.+)\\n(?: +for: (\\w+)\\n)? +labels:\\n +severity: (\\w+)\\n"
              + " +annotations:\\n +summary: .+\\n +description: .+");
  private static final Pattern SERIES = Pattern.compile("orchestrator_\\w+");
  private static final Pattern SELECTOR = Pattern.compile("(orchestrator_\\w+|up)\\{([^}]*)}");
  private static final Pattern MATCHER = Pattern.compile("(\\w+) *(?:=~|!~|!=|=)");
  private static final Pattern GROUPING = Pattern.compile("by \\(([^)]*)\\)");

  /** Given by Prometheus, or a histogram's own. */
  private static final Set<String> EVERYWHERE = Set.of("job", "instance", "le");

  @Test
  void alertsAreThoseOfTheDocument() throws IOException {
    String text = read("alerts.yml");
    List<MetricsDocument.Alert> rules =
        RULE.matcher(text)
            .results()
            .map(rule ->
                new MetricsDocument.Alert(
                    rule.group(1),
                    rule.group(4),
                    rule.group(2),
                    rule.group(3) == null ? "" : rule.group(3)))
            .toList();

    assertThat(rules).hasSize(text.split("- alert: ", -1).length - 1);
    assertThat(rules).containsExactlyElementsOf(MetricsDocument.alerts());
    assertThat(rules).allSatisfy(rule -> assertSpeaksOfWhatThereIs(rule.expression()));
  }

  @Test
  void everyAlertIsTested() throws IOException {
    String tests = read("alerts_test.yml");
    for (MetricsDocument.Alert alert : MetricsDocument.alerts()) {
      assertThat(tests)
          .contains("- name: " + alert.name())
          .contains("{alertname=\"" + alert.name() + "\"");
    }
    SELECTOR.matcher(tests).results().forEach(MonitoringTest::assertIsThere);
  }

  @Test
  void panelsSpeakOfFiguresThatThereAre() throws IOException {
    List<String> expressions = expressions(dashboard());

    assertThat(expressions).hasSizeGreaterThan(20).allSatisfy(this::assertSpeaksOfWhatThereIs);
  }

  @Test
  void everyFamilyIsOnTheDashboard() throws IOException {
    Set<String> shown =
        expressions(dashboard()).stream().flatMap(MonitoringTest::series).collect(toSet());

    for (Family family : Family.values()) {
      assertThat(shown).as(family.scrapedName()).containsAnyElementsOf(scraped(family).toList());
    }
  }

  @Test
  void dashboardTakesItsDataSourceFromAVariable() throws IOException {
    JsonObject dashboard = dashboard();
    var sources = new HashSet<JsonValue>();
    walk(
        dashboard,
        object -> {
          if (object.containsKey("datasource")) {
            sources.add(object.get("datasource"));
          }
        });

    assertThat(sources)
        .containsExactly(
            Json.createObjectBuilder()
                .add("type", "prometheus")
                .add("uid", "${datasource}")
                .build());
    JsonArray variables = dashboard.getJsonObject("templating").getJsonArray("list");
    assertThat(variables.getJsonObject(0).getString("name")).isEqualTo("datasource");
    assertThat(variables.getJsonObject(0).getString("type")).isEqualTo("datasource");
    assertThat(dashboard).doesNotContainKey("id"); // Grafana gives it
  }

  private void assertSpeaksOfWhatThereIs(String expression) {
    Set<String> known =
        Arrays.stream(Family.values()).flatMap(MonitoringTest::scraped).collect(toSet());
    assertThat(known).containsAll(series(expression).toList());
    SELECTOR.matcher(expression).results().forEach(MonitoringTest::assertIsThere);
    Set<String> labels =
        series(expression).flatMap(MonitoringTest::labelsOf).collect(toCollection(HashSet::new));
    labels.addAll(EVERYWHERE);
    GROUPING
        .matcher(expression)
        .results()
        .flatMap(by -> Arrays.stream(by.group(1).split(", *")))
        .forEach(label -> assertThat(labels).as(expression).contains(label));
  }

  /** Series and labels of one selector. */
  private static void assertIsThere(MatchResult selector) {
    Set<String> labels = labelsOf(selector.group(1)).collect(toCollection(TreeSet::new));
    labels.addAll(EVERYWHERE);
    MATCHER
        .matcher(selector.group(2))
        .results()
        .forEach(label -> assertThat(labels).as(selector.group()).contains(label.group(1)));
  }

  private static Stream<String> series(String expression) {
    return SERIES.matcher(expression).results().map(MatchResult::group);
  }

  private static Stream<String> labelsOf(String series) {
    if (series.equals("up")) {
      return Stream.of();
    }
    List<Family> families =
        Arrays.stream(Family.values())
            .filter(family -> scraped(family).anyMatch(series::equals))
            .toList();
    assertThat(families).as(series).hasSize(1);
    return families.getFirst().labels().stream();
  }

  /** The names of a family's series. */
  private static Stream<String> scraped(Family family) {
    return switch (family.type()) {
      case COUNTER, GAUGE -> Stream.of(family.scrapedName());
      case TIMER ->
          Stream.of("_bucket", "_count", "_sum", "_max").map(end -> family.scrapedName() + end);
    };
  }

  /** Of panels and of variables. */
  private static List<String> expressions(JsonObject dashboard) {
    var expressions = new ArrayList<String>();
    walk(
        dashboard,
        object -> {
          for (String key : List.of("expr", "definition")) {
            if (object.get(key) instanceof JsonString expression) {
              expressions.add(expression.getString());
            }
          }
        });
    return expressions;
  }

  private static void walk(JsonValue value, Consumer<JsonObject> visitor) {
    switch (value) {
      case JsonObject object -> {
        visitor.accept(object);
        object.values().forEach(inner -> walk(inner, visitor));
      }
      case JsonArray array -> array.forEach(inner -> walk(inner, visitor));
      default -> {}
    }
  }

  private static JsonObject dashboard() throws IOException {
    try (var reader = Json.createReader(new StringReader(read("dashboard.json")))) {
      return reader.readObject();
    }
  }

  private static String read(String file) throws IOException {
    return Files.readString(FOLDER.resolve(file));
  }
}
