package io.appserver.orchestrator.convergence.work;

import io.appserver.orchestrator.app.AppName;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What there is to be worked on.
 *
 * @param apps that are to be looked at now, with the number of the last signal given to each
 * @param next how long it is until one more is, if no signal comes; empty if none waits for a time
 */
public record DueWork(Map<AppName, Long> apps, Optional<Duration> next) {

  public DueWork {
    apps = Collections.unmodifiableMap(new LinkedHashMap<>(apps)); // in their order
  }
}
