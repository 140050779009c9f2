package io.appserver.orchestrator.failure.explanation;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What is to be known of a failure by whoever has to do something about it.
 *
 * @param code the word that stands in the deployment, the history, the log, the metrics or a dead
 *     letter
 * @param what what happened, and what the orchestrator does about it by itself
 * @param causes why, the likeliest first
 * @param cures what to do, the likeliest to help first; never empty
 * @param wokenBy what makes the orchestrator try again
 * @param actions the operations that help once the cause is gone: {@code restart}, {@code
 *     redeploy}, {@code release}, {@code move} of an app, {@code replay}, {@code discard} of a dead
 *     letter
 */
public record Explanation(
    String code,
    String title,
    String what,
    List<String> causes,
    List<String> cures,
    String wokenBy,
    List<String> actions) {

  public Explanation {
    causes = List.copyOf(causes);
    cures = List.copyOf(cures);
    actions = List.copyOf(actions);
  }

  /** With the app's name in the commands, where {@code <app>} stands for it. */
  public Explanation forApp(String app) {
    UnaryOperator<String> named = text -> text.replace("<app>", app);
    return new Explanation(
        code,
        title,
        named.apply(what),
        causes.stream().map(named).toList(),
        cures.stream().map(named).toList(),
        wokenBy,
        actions);
  }
}
