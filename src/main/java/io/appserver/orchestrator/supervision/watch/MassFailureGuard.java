package io.appserver.orchestrator.supervision.watch;

import io.appserver.orchestrator.app.AppName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether probes fail because of the apps or because of the host they run on, or of something else
 * that they share: many at once are the host's. Then restarting would make it worse. After a while
 * one app is restarted on trial, and what comes of it decides. An app on trial counts as failing
 * until it is healthy.
 */
final class MassFailureGuard {

  /** Fewer apps than this may well fail together by themselves. */
  static final int SEVERAL = 5;

  /** What began with over half of the apps lasts while more than one in three fails. */
  private static final int ONE_IN = 3;

  /** How many windows nothing is restarted for, and how many a trial has. */
  private static final int WINDOWS = 3;

  private final Duration window;

  /** Apps that were restarted on trial since it began and are not well yet. */
  private final Set<AppName> tried = new HashSet<>();

  private @Nullable Instant since;
  private @Nullable AppName onTrial;
  private boolean many;
  private boolean apps;
  private String words = "";

  /**
   * @param window one interval of health checks
   */
  MassFailureGuard(Duration window) {
    this.window = window;
  }

  /**
   * Takes note of how the apps are now.
   *
   * @param failing apps whose last probe failed, or that were not well since they were pointed out
   * @param watched all that are probed; an app that is being restarted is not
   * @param starting apps that are being restarted, or wait for it
   */
  void observe(
      Set<AppName> failing,
      Set<AppName> watched,
      Set<AppName> starting,
      boolean engineAnswers,
      Instant now) {
    tried.removeIf(app -> !watched.contains(app) && !starting.contains(app));
    int away = (int) tried.stream().filter(app -> !watched.contains(app)).count();
    int ill = failing.size() + away;
    int all = watched.size() + away;
    boolean begins = ill >= SEVERAL && ill * 2 > all;
    boolean lasts = many && !apps && ill * ONE_IN > all;
    many = begins || lasts;
    if (engineAnswers && !many) {
      since = null;
      onTrial = null;
      tried.clear();
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

  /** Then the others are to be restarted after all. */
  private boolean hasHelped(Set<AppName> failing, Set<AppName> watched) {
    return tried.stream().anyMatch(app -> watched.contains(app) && !failing.contains(app));
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
    tried.add(app);
    since = now; // should it not help, the next has its turn after as long
    return true;
  }

  /** Whether the app, which may be restarted, is so on trial only. */
  boolean isOnTrial(AppName app) {
    return since != null && !apps && app.equals(onTrial);
  }

  /** Whether many apps fail at once, and it is not known to be their own fault. */
  boolean isOfTheHost() {
    return many && !apps;
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
