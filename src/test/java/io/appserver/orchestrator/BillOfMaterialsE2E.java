package io.appserver.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** The bill of materials in the built application, against what the application really carries. */
class BillOfMaterialsE2E {

  private static final String BILL = "WEB-INF/classes/META-INF/sbom/orchestrator.cdx.json";
  private static final String LIBRARIES = "WEB-INF/lib/";

  private final Path war =
      Path.of(System.getProperty("orchestrator.war", "target/orchestrator.war"));

  @Test
  void everyLibraryOfTheApplicationStandsInItsBillOfMaterials() throws IOException {
    try (var zip = new ZipFile(war.toFile())) {
      JsonNode bill = bill(zip);
      assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
      Set<String> listed = new TreeSet<>();
      for (JsonNode component : bill.path("components")) {
        listed.add(
            "%s-%s.jar"
                .formatted(component.path("name").asText(), component.path("version").asText()));
      }
      List<String> carried =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.startsWith(LIBRARIES) && name.endsWith(".jar"))
              .map(name -> name.substring(LIBRARIES.length()))
              .toList();
      assertThat(carried).hasSizeGreaterThan(20);
      assertThat(listed).containsAll(carried).anyMatch(name -> name.startsWith("postgresql-"));
      assertThat(listed).noneMatch(name -> name.startsWith("junit-")); // no test travels along
    }
  }

  private static JsonNode bill(ZipFile zip) throws IOException {
    ZipEntry entry = zip.getEntry(BILL);
    assertThat(entry).as(BILL).isNotNull();
    try (InputStream content = zip.getInputStream(entry)) {
      return new ObjectMapper().readTree(content);
    }
  }
}
