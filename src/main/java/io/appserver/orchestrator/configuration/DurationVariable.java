package io.appserver.orchestrator.configuration;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A variable that holds a duration, with its default and the bounds within which it makes sense.
 * Outside the reader it is needed where settings must be known before the application starts.
 */
record DurationVariable(String name, Duration initial, Duration least, Duration most) {

  /** At least 2 s: it must be longer than the pause before a pull is tried again, which is 1 s. */
  static final DurationVariable PULL_TIMEOUT =
      of("APPSERVER_DOCKER_PULL_TIMEOUT", "10m", "2s", "24h");

  static final DurationVariable START_TIMEOUT =
      of("APPSERVER_DOCKER_START_TIMEOUT", "2m", "1s", "1h");
  static final DurationVariable STOP_TIMEOUT =
      of("APPSERVER_DOCKER_STOP_TIMEOUT", "10s", "1s", "1h");
  static final DurationVariable HEALTH_CHECK_INTERVAL =
      of("APPSERVER_DOCKER_HEALTH_CHECK_INTERVAL", "30s", "100ms", "1h");
  static final DurationVariable HEALTH_CHECK_TIMEOUT =
      of("APPSERVER_DOCKER_HEALTH_CHECK_TIMEOUT", "5s", "100ms", "10m");
  static final DurationVariable RECONCILE_TIMEOUT =
      of("APPSERVER_DOCKER_RECONCILE_TIMEOUT", "2m", "1s", "1h");
  static final DurationVariable RECONCILE_INTERVAL =
      of("APPSERVER_DOCKER_RECONCILE_INTERVAL", "5m", "1s", "24h");

  static final DurationVariable HISTORY_RETENTION =
      of("APPSERVER_HISTORY_RETENTION", "2160h", "1h", "87600h");

  private static DurationVariable of(String name, String initial, String least, String most) {
    return new DurationVariable(
        name, GoDuration.parse(initial), GoDuration.parse(least), GoDuration.parse(most));
  }

  ValueFormat<Duration> format() {
    return ValueFormats.duration(least, most);
  }

  /**
   * The value of the text; the default if there is none or it is wrong, which the reader reports.
   */
  Duration orInitial(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return initial;
    }
    try {
      return format().read(text.strip());
    } catch (IllegalArgumentException e) {
      return initial;
    }
  }
}
