package io.appserver.orchestrator.metrics;

import io.appserver.orchestrator.app.AppName;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The apps that have figures of their own; those that come after a bound share one name. */
final class AppLabels {

  /** Well over what one machine runs. */
  static final int MOST = 500;

  private final Set<AppName> known = ConcurrentHashMap.newKeySet();

  String of(AppName app) {
    if (known.contains(app)) {
      return app.value();
    }
    synchronized (known) {
      return known.size() < MOST && known.add(app) ? app.value() : Family.OTHER;
    }
  }
}
