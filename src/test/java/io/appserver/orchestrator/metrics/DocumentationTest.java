package io.appserver.orchestrator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class DocumentationTest {

  @Test
  void everyFamilyStandsInTheDocumentAsItIs() {
    var families = new ArrayList<MetricsDocument.Row>();
    for (Family family : Family.values()) {
      families.add(
          new MetricsDocument.Row(
              family.scrapedName(),
              family.type().name().toLowerCase(Locale.ROOT),
              family.labels(),
              family.description()));
    }
    assertThat(MetricsDocument.families()).containsExactlyElementsOf(families);
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
