package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.failure.DeploymentException;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** Reads what instances log: whatever was not foreseen is a problem. */
final class LogReader {

  private final World world;

  LogReader(World world) {
    this.world = world;
  }

  void read(LogRecord entry) {
    Throwable thrown = entry.getThrown();
    if (thrown instanceof Crash) {
      return; // a killed process would not have come to say so
    }
    if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
      world.problem("a fault of ours: " + thrown);
    }
    if (thrown instanceof LostTransaction || thrown == null) {
      return;
    }
    String source = String.valueOf(entry.getSourceClassName());
    if (source.endsWith("Worker") && entry.getLevel().equals(Level.WARNING)) {
      world.tell("a look broke off: " + thrown);
      boolean foreseen =
          thrown instanceof DeploymentException
              || thrown.getClass().getSimpleName().equals("FenceBehindException");
      if (!foreseen) {
        world.problem("a look broke off: " + thrown);
      }
    }
    if (source.endsWith("ReconcileLoop")) {
      world.tell("a turn to watch broke off: " + thrown);
      boolean foreseen =
          thrown instanceof DeploymentException || thrown instanceof PlatformUnavailableException;
      if (!foreseen) {
        world.problem("a turn to watch broke off: " + thrown);
      }
    }
  }
}
