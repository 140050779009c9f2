package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.app.AppName;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether probes fail because of the apps or because of the host they run on: many at once are the
 * host's. Then restarting would make it worse. After a while one app is restarted on trial, and
 * what comes of it decides.
 */
final class HostTrouble {

  /** Fewer apps than this may well fail together by themselves. */
  private static final int SEVERAL = 5;

  /** How many windows nothing is restarted for. */
  private static final int WINDOWS = 3;

  private final Duration window;
  private @Nullable Instant since;
  private @Nullable AppName onTrial;
  private boolean apps;

  /**
   * @param window one interval of health checks
   */
  HostTrouble(Duration window) {
    this.window = window;
  }

  /**
   * Takes note of how the apps are now.
   *
   * @param failing apps whose last probe failed, or that were not well since they were pointed out
   * @param watched all that are probed
   */
  void observe(Set<AppName> failing, Set<AppName> watched, boolean engineAnswers, Instant now) {
    boolean trouble =
        !engineAnswers || (failing.size() >= SEVERAL && failing.size() * 2 > watched.size());
    if (!trouble) {
      since = null;
      onTrial = null;
      apps = false;
      return;
    }
    if (since == null) {
      since = now;
    }
    AppName trial = onTrial;
    if (trial != null && watched.contains(trial) && !failing.contains(trial) && engineAnswers) {
      apps = true; // it helped: they are to be restarted after all
    }
  }

  /** Whether the app, whose probes failed often enough, may be restarted for that now. */
  boolean mayRestart(AppName app, Instant now) {
    Instant began = since;
    if (began == null || apps) {
      return true;
    }
    if (app.equals(onTrial)) {
      return false;
    }
    if (now.isBefore(began.plus(window.multipliedBy(WINDOWS)))) {
      return false;
    }
    onTrial = app;
    since = now; // should it not help, the next has its turn after as long
    return true;
  }

  /** What is wrong, in words; empty if nothing is. */
  Optional<String> words(int failing, int watched, boolean engineAnswers) {
    if (since == null || apps) {
      return Optional.empty();
    }
    return Optional.of(
        engineAnswers
            ? "%d of %d apps fail their health checks at once: taken for trouble of the host, none is restarted for it but one at a time on trial"
                .formatted(failing, watched)
            : "the engine does not answer: no app is restarted for failing health checks");
  }
}
