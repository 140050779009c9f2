package io.appserver.orchestrator.configuration;

import static java.util.function.Function.identity;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** What {@code server.xml} says twice, and what it declares, agree with the code. */
class ServerXmlTest {

  private static final Pattern LOOKUP =
      Pattern.compile("lookup = \"([^\"]+)\"|<jta-data-source>([^<]+)<");

  private Document server;

  @BeforeEach
  void read() throws Exception {
    server =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("liberty/server.xml").toFile());
  }

  private Stream<Element> elements(String name) {
    var found = server.getElementsByTagName(name);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i));
  }

  /** The server takes {@code APPSERVER_DB_HOST} for its variable {@code appserver.db.host}. */
  private static String setting(String variable) {
    return variable.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** Another setting's value, where that stands in for this one. */
  private static String expected(Variable<?> setting) {
    boolean other = setting.without().startsWith("`");
    return other
        ? "${%s}"
            .formatted(
                setting.without().replace("`", "").replace('_', '.').toLowerCase(Locale.ROOT))
        : setting.initial();
  }

  @Test
  void whatTheServerReadsItselfHasTheSettingsDefault() {
    Map<String, Variable<?>> settings =
        Variables.groups().stream()
            .flatMap(group -> group.variables().stream())
            .collect(Collectors.toMap(Variable::name, identity()));
    List<Element> variables = elements("variable").toList();

    assertThat(variables)
        .hasSizeGreaterThan(10)
        .allSatisfy(variable -> {
          Variable<?> setting = settings.get(setting(variable.getAttribute("name")));
          assertThat(setting).as(variable.getAttribute("name")).isNotNull();
          assertThat(variable.getAttribute("defaultValue"))
              .as(setting.name())
              .isEqualTo(expected(setting));
        });
  }

  @Test
  void everyResourceThatIsDeclaredIsLookedUpAndNoOther() throws IOException {
    Set<String> declared =
        elements("*")
            .map(element -> element.getAttribute("jndiName"))
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toSet());
    try (Stream<Path> files = Files.walk(Path.of("src/main"))) {
      Set<String> lookedUp =
          files
              .filter(file -> file.toString().matches(".*\\.(java|xml)"))
              .flatMap(ServerXmlTest::lookups)
              .collect(Collectors.toSet());
      assertThat(lookedUp).isEqualTo(declared);
    }
  }

  private static Stream<String> lookups(Path file) {
    try {
      return LOOKUP
          .matcher(Files.readString(file))
          .results()
          .map(found -> found.group(1) == null ? found.group(2) : found.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
