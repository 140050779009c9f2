package io.appserver.orchestrator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DocumentationTest {

  private static final Path DOCUMENT = Path.of("docs", "metrics.md");
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `(orchestrator_\\w+)` \\| (\\w+) \\| (.*?) ?\\| (\\w+) \\| (.+) \\|$",
          Pattern.MULTILINE);
  private static final Pattern LABEL = Pattern.compile("`(\\w+)`(?:,|;|:| ?$)");

  private record Row(String name, String type, List<String> labels, String meaning) {}

  @Test
  void everyFamilyStandsInTheDocumentAsItIs() throws IOException {
    var documented = new ArrayList<Row>();
    var matcher = ROW.matcher(Files.readString(DOCUMENT));
    while (matcher.find()) {
      documented.add(
          new Row(matcher.group(1), matcher.group(2), labels(matcher.group(3)), matcher.group(5)));
    }

    var families = new ArrayList<Row>();
    for (Family family : Family.values()) {
      families.add(
          new Row(
              family.scrapedName(),
              family.type().name().toLowerCase(Locale.ROOT),
              family.labels(),
              family.description()));
    }
    assertThat(documented).containsExactlyElementsOf(families);
  }

  /** The names before the colons; after a colon stand a label's values, up to a semicolon. */
  private static List<String> labels(String cell) {
    var labels = new ArrayList<String>();
    for (String part : cell.split(";", -1)) {
      var label = LABEL.matcher(part.split(":", 2)[0].strip());
      while (label.find()) {
        labels.add(label.group(1));
      }
    }
    return labels;
  }

  @Test
  void namesAndUnitsAreThoseOfPrometheus() {
    for (Family family : Family.values()) {
      assertThat(family.scrapedName()).matches("orchestrator_[a-z_]+");
      switch (family.type()) {
        case COUNTER -> assertThat(family.scrapedName()).endsWith("_total");
        case TIMER -> assertThat(family.scrapedName()).endsWith("_seconds");
        case GAUGE -> assertThat(family.scrapedName()).doesNotEndWith("_total");
      }
    }
  }

  @Test
  void timersArePublishedAsBuckets() throws IOException {
    String settings =
        Files.readString(
            Path.of("src", "main", "resources", "META-INF", "microprofile-config.properties"));
    for (Family family : Family.values()) {
      if (family.type() == Family.Type.TIMER) {
        assertThat(settings)
            .containsPattern("percentiles=.*\\b" + family.scrapedName() + "=(;|\\n)")
            .containsPattern("timer\\.buckets=.*\\b" + family.scrapedName() + "=\\d+ms,");
      }
    }
  }
}
