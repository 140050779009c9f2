package io.appserver.orchestrator.crash;

import io.appserver.orchestrator.e2e.support.App;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Something that happens to apps, and may be cut short at any step.
 *
 * @param name in a word or two
 * @param prepare brings about what it begins with, where that is not so already
 * @param happen sets it going
 * @param end the states in which it ends, whatever was between
 * @param seen what else is to be seen then
 */
record Scenario(
    String name,
    Consumer<Life> prepare,
    Consumer<Life> happen,
    Map<App, String> end,
    Runnable seen) {

  void prepare(Life life) {
    prepare.accept(life);
  }

  void happen(Life life) {
    happen.accept(life);
  }

  void check() {
    seen.run();
  }
}
