package io.appserver.orchestrator.failure.explanation;

import java.util.List;

/** The words of an {@link Explanation}, as they are written down. */
record Draft(String title, String what, List<String> causes, List<String> cures) {

  static Draft of(String title, String what) {
    return new Draft(title, what, List.of(), List.of());
  }

  /** The likeliest first. */
  Draft causes(String... inOrder) {
    return new Draft(title, what, List.of(inOrder), cures);
  }

  /** The likeliest to help first. */
  Draft cures(String... inOrder) {
    return new Draft(title, what, causes, List.of(inOrder));
  }

  Explanation as(String code, String wokenBy, List<String> actions) {
    return new Explanation(code, title, what, causes, cures, wokenBy, actions);
  }
}
