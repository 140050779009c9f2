package io.appserver.orchestrator.failure.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.failure.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FailuresDocumentTest {

  private static final Path DOCUMENT = Path.of("docs", "failures.md");
  private static final Path RENDERED = Path.of("target", "failures.md");

  private static final Pattern LINK = Pattern.compile("\\(failures\\.md#(\\w+)\\)");

  private static final String BEGINNING =
      """
      # What can fail, and what cures it

      Every reason that a deployment (`deployments.reason_code`), an entry of the history or a dead letter
      (`x-orchestrator-reason`) may have. API, console and log take their words from the same place, the package
      `failure.explanation`; a test keeps this page the same. How to look for trouble that has no code yet:
      [operations.md](operations.md).

      | code | what it means | what the orchestrator does |
      |---|---|---|
      """;

  @Test
  void theDocumentSaysWordForWordWhatTheProgramSays() throws IOException {
    String rendered = rendered();
    Files.createDirectories(RENDERED.getParent());
    Files.writeString(RENDERED, rendered);
    assertThat(Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "")
        .as("cp %s %s", RENDERED, DOCUMENT)
        .isEqualTo(rendered);
  }

  @Test
  void pagesPointToCodesThatThereAre() throws IOException {
    for (String page : List.of("operations.md", "guide.md")) {
      List<String> codes =
          LINK.matcher(Files.readString(DOCUMENT.resolveSibling(page)))
              .results()
              .map(link -> link.group(1))
              .toList();
      assertThat(codes).as(page).isNotEmpty().allMatch(code -> Explanations.of(code).isPresent());
    }
  }

  @Test
  void whatKeepsAnAppFromRunningHasItsPlaceInTheOperationsPage() throws IOException {
    String page = Files.readString(DOCUMENT.resolveSibling("operations.md"));
    assertThat(FailureCode.values())
        .allMatch(code -> page.contains("(failures.md#%s)".formatted(code.code())));
  }

  private static String rendered() {
    var text = new StringBuilder(BEGINNING);
    for (Explanation explanation : Explanations.all()) {
      text.append(
          "| [`%1$s`](#%1$s) | %2$s | %3$s |\n"
              .formatted(explanation.code(), explanation.title(), behaviour(explanation)));
    }
    Explanations.all().forEach(explanation -> text.append(section(explanation)));
    return text.toString();
  }

  private static String behaviour(Explanation explanation) {
    Optional<FailureCode> code = FailureCode.ofCode(explanation.code());
    if (code.isEmpty()) {
      return explanation.actions().contains("redeploy")
          ? "as for `exited` or `start_timeout`"
          : "dead letter";
    }
    return switch (code.get().retryPolicy()) {
      case GIVES_UP -> "gives up at once";
      case TRIES_THREE_TIMES -> "three tries while installing";
      case TRIES_EIGHT_TIMES -> "eight tries";
      case TRIES_FOR_EVER -> "tries for ever";
      case WAITS -> "waits";
    };
  }

  private static String section(Explanation explanation) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("## " + explanation.code());
    lines.add("");
    lines.add("**%s.** %s".formatted(explanation.title(), explanation.what()));
    lines.add("");
    lines.add("Why, the likeliest first:");
    lines.add("");
    explanation.causes().forEach(cause -> lines.add("- " + cause));
    lines.add("");
    lines.add("What to do:");
    lines.add("");
    for (int i = 0; i < explanation.cures().size(); i++) {
      lines.add("%d. %s".formatted(i + 1, explanation.cures().get(i)));
    }
    lines.add("");
    lines.add(
        "Tried again by %s.%s"
            .formatted(
                explanation.wokenBy(),
                explanation.actions().isEmpty()
                    ? ""
                    : " In the console: %s.".formatted(String.join(", ", explanation.actions()))));
    return String.join("\n", lines) + "\n";
  }
}
