package io.appserver.orchestrator.configuration;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The settings are wrong, and the orchestrator must not start. Names all that is wrong, not only
 * the first.
 */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<SettingsProblem> problems;

  SettingsException(List<SettingsProblem> problems) {
    super(message(problems));
    this.problems = List.copyOf(problems);
  }

  public List<SettingsProblem> problems() {
    return problems;
  }

  private static String message(List<SettingsProblem> problems) {
    String count = problems.size() == 1 ? "a setting is" : problems.size() + " settings are";
    return problems.stream()
        .map(problem -> "\n  - " + problem)
        .collect(
            Collectors.joining(
                "",
                "The orchestrator did not start and changed nothing: " + count + " wrong.",
                "\nCorrect the environment and start it again."));
  }
}
