package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.signal.Cause;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Tells this node's workers to look at apps. What cannot be told of one app now, because somebody
 * has locked its row, is owed, and told later: it is no reason to tell of no other.
 */
final class Signals {

  private static final Logger LOG = Logger.getLogger(Signals.class.getName());

  private final ConvergenceService convergence;
  private final Map<AppName, Cause> owed = new HashMap<>();

  Signals(ConvergenceService convergence) {
    this.convergence = convergence;
  }

  void send(AppName app, Cause cause) {
    try {
      convergence.signalHere(app, cause);
    } catch (RuntimeException e) {
      LOG.log(
          owed.put(app, cause) == null ? Level.WARNING : Level.FINE,
          () ->
              "app_name=%s is looked at later, its row cannot be written: %s"
                  .formatted(app, e.getMessage()));
    }
  }

  /** Tries once more what could not be told. */
  void sendOwed() {
    var again = Map.copyOf(owed);
    owed.clear();
    again.forEach(this::send);
  }
}
