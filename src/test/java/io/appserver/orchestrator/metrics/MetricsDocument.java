package io.appserver.orchestrator.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What {@code docs/metrics.md} says, read from its tables. */
public final class MetricsDocument {

  private static final Path FILE =
      Path.of(System.getProperty("orchestrator.basedir", ""), "docs", "metrics.md");

  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `(orchestrator_\\w+)` \\| (\\w+) \\| (.*?) ?\\| (\\w+) \\| (.+) \\|$",
          Pattern.MULTILINE);
  private static final Pattern LABEL = Pattern.compile("`(\\w+)`(?:,|;|:| ?$)");
  private static final Pattern ALERT =
      Pattern.compile(
          "^\\| `(\\w+)` \\| (\\w+) \\| [^|]+ \\| `(.+)` \\| (\\w*) ?\\|$", Pattern.MULTILINE);

  private MetricsDocument() {}

  /**
   * A family of figures.
   *
   * @param type {@code counter}, {@code timer} or {@code gauge}
   */
  public record Row(String name, String type, List<String> labels, String meaning) {}

  /**
   * A rule.
   *
   * @param pause how long the expression holds before it fires; empty if it fires at once
   */
  public record Alert(String name, String severity, String expression, String pause) {}

  /** The families, in their order. */
  public static List<Row> families() {
    return ROW.matcher(text())
        .results()
        .map(row -> new Row(row.group(1), row.group(2), labels(row.group(3)), row.group(5)))
        .toList();
  }

  /** The rules, in their order. */
  public static List<Alert> alerts() {
    return ALERT
        .matcher(text())
        .results()
        .map(row ->
            new Alert(row.group(1), row.group(2), row.group(3).replace("\\|", "|"), row.group(4)))
        .toList();
  }

  /** The names before the colons; after a colon stand a label's values, up to a semicolon. */
  private static List<String> labels(String cell) {
    var labels = new ArrayList<String>();
    for (String part : cell.split(";", -1)) {
      LABEL
          .matcher(part.split(":", 2)[0].strip())
          .results()
          .forEach(found -> labels.add(found.group(1)));
    }
    return labels;
  }

  private static String text() {
    try {
      return Files.readString(FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
