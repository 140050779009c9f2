package io.appserver.orchestrator.convergence.workload;

import io.appserver.orchestrator.convergence.record.Outcome;
import java.util.Optional;

/**
 * An app on its way to where it should be. Each step begins by finding out whether it is done
 * already, so the way may be broken off between any two of them, and begun again by whoever looks
 * next.
 */
public interface Steps {

  /**
   * Takes the next step. What it says of the app is stored then, or with what follows.
   *
   * @return what the look came to; empty if there is another step to take now
   */
  Optional<Outcome> next();
}
