package io.appserver.orchestrator.convergence.record;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.explanation.Explanations;
import io.appserver.orchestrator.failure.explanation.KnownMessage;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A transition as one line of the log, whatever the engine or an app had to say.
 *
 * @param from the state before, or a word for none
 */
record TransitionLine(
    AppName app, String from, DeploymentState to, String message, Optional<Failure> failure) {

  String text() {
    return "app_name=%s %s -> %s %s%s%s"
        .formatted(
            app,
            from.toUpperCase(Locale.ROOT),
            to,
            failure.map(f -> "(" + f.code().code() + ") ").orElse(""),
            oneLine(message),
            to == DeploymentState.FAILED ? failure.map(this::advice).orElse("") : "");
  }

  private static String oneLine(String message) {
    return message
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /** For who reads nothing but the log, once it is up to an operator. */
  private String advice(Failure failure) {
    return failure.details().containsKey(KnownMessage.DETAIL)
        ? "" // the message has it already
        : "; what to do: " + Explanations.of(failure.code()).forApp(app.value()).cures().getFirst();
  }
}
