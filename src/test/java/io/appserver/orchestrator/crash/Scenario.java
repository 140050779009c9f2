package io.appserver.orchestrator.crash;

import io.appserver.orchestrator.e2e.support.App;
import java.util.Map;

/** Something that happens to apps, and may be cut short at any step. */
interface Scenario {

  /** Brings about what it begins with, where that is not so already. */
  void prepare(Life life);

  /** Sets it going. */
  void happen(Life life);

  /** The states in which it ends, whatever was between. */
  Map<App, String> end();

  /** What else is to be seen then. */
  default void check(Life life) {}
}
