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
  static final int SEVERAL = 5;

  /** What began with over half of the apps lasts while more than one in three fails. */
  private static final int ONE_IN = 3;

  /** How many windows nothing is restarted for, and how many a trial has. */
  private static final int WINDOWS = 3;

  private final Duration window;
  private @Nullable Instant since;
  private @Nullable AppName onTrial;
  private boolean many;
  private boolean apps;
  private String words = "";

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
   * @param watched all that are probed; an app that is being restarted is not
   */
  void observe(Set<AppName> failing, Set<AppName> watched, boolean engineAnswers, Instant now) {
    int tried = isTried(watched, now) ? 1 : 0;
    int ill = failing.size() + tried;
    int all = watched.size() + tried;
    boolean begins = ill >= SEVERAL && ill * 2 > all;
    boolean lasts = many && !apps && ill * ONE_IN > all;
    many = begins || lasts;
    if (engineAnswers && !many) {
      since = null;
      onTrial = null;
      apps = false;
      words = "";
      return;
    }
    if (since == null) {
      since = now;
    }
    apps = engineAnswers && (apps || hasHelped(failing, watched));
    words = apps ? "" : words(ill, all, engineAnswers);
  }

  /** Whether an app is on trial of which nothing is known yet: it still counts as failing. */
  private boolean isTried(Set<AppName> watched, Instant now) {
    return onTrial != null && !watched.contains(onTrial) && isTooEarly(now);
  }

  /** Then they are to be restarted after all. */
  private boolean hasHelped(Set<AppName> failing, Set<AppName> watched) {
    AppName trial = onTrial;
    return trial != null && watched.contains(trial) && !failing.contains(trial);
  }

  /** Whether nothing, or nothing more, is to be tried yet. */
  private boolean isTooEarly(Instant now) {
    Instant began = since;
    return began != null && now.isBefore(began.plus(window.multipliedBy(WINDOWS)));
  }

  /** Whether the app, whose probes failed often enough, may be restarted for that now. */
  boolean mayRestart(AppName app, Instant now) {
    if (since == null || apps) {
      return true;
    }
    if (app.equals(onTrial) || isTooEarly(now)) {
      return false;
    }
    onTrial = app;
    since = now; // should it not help, the next has its turn after as long
    return true;
  }

  /** What is wrong, in words; empty if nothing is. */
  Optional<String> words() {
    return words.isEmpty() ? Optional.empty() : Optional.of(words);
  }

  private static String words(int ill, int all, boolean engineAnswers) {
    return engineAnswers
        ? "%d of %d apps fail their health checks at once: taken for trouble of the host, none is restarted for it but one at a time on trial"
            .formatted(ill, all)
        : "the engine does not answer: no app is restarted for failing health checks";
  }
}
