package io.appserver.orchestrator.failure;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why something did not work, in one word that API, log, metrics and dead letters share. */
public enum FailureCode {
  IMAGE_NOT_FOUND(RetryPolicy.GIVES_UP),
  INVALID_SETTING(RetryPolicy.GIVES_UP),
  NAME_CONFLICT(RetryPolicy.GIVES_UP),
  DEPENDENCY_CYCLE(RetryPolicy.GIVES_UP),
  IMAGE_INVALID(RetryPolicy.GIVES_UP),
  REGISTRY_DENIED(RetryPolicy.TRIES_THREE_TIMES, Duration.ofSeconds(10), Duration.ofMinutes(1)),
  REGISTRY_UNREACHABLE(RetryPolicy.TRIES_FOR_EVER),
  REGISTRY_RATE_LIMITED(RetryPolicy.TRIES_FOR_EVER),
  PULL_TIMEOUT(RetryPolicy.TRIES_FOR_EVER),
  PULL_CORRUPT(RetryPolicy.TRIES_FOR_EVER),
  DISK_FULL(RetryPolicy.TRIES_FOR_EVER),
  DEPENDENCY_MISSING(RetryPolicy.WAITS),
  DEPENDENCY_FAILED(RetryPolicy.WAITS),
  PLATFORM_SCHEMA(RetryPolicy.WAITS),
  RUNTIME_UNAVAILABLE(RetryPolicy.WAITS),
  /** A call never began, as others took all the places for its kind: no word about the engine. */
  ENGINE_BUSY(RetryPolicy.WAITS),
  /** An operator holds the app: a stop that lasts. */
  HELD(RetryPolicy.WAITS),
  /** The volume that the app is to have holds another app's data: an operator says whose it is. */
  VOLUME_CONFLICT(RetryPolicy.WAITS),
  PORT_CONFLICT(RetryPolicy.TRIES_THREE_TIMES),
  /** The apps' network has no address, or its bridge no port, for one more container. */
  NO_ADDRESS(RetryPolicy.TRIES_EIGHT_TIMES),
  /** The network still knows an earlier container of the same name. */
  ENDPOINT_STALE(RetryPolicy.TRIES_EIGHT_TIMES),
  /** The engine answers with an error that has no code of its own. */
  ENGINE_ERROR(RetryPolicy.TRIES_EIGHT_TIMES),
  EXITED(RetryPolicy.TRIES_THREE_TIMES),
  OUT_OF_MEMORY(RetryPolicy.TRIES_THREE_TIMES),
  START_TIMEOUT(RetryPolicy.TRIES_THREE_TIMES),
  UNHEALTHY(RetryPolicy.TRIES_THREE_TIMES),
  CONTAINER_MISSING(RetryPolicy.TRIES_THREE_TIMES),
  /** A fault of our own: kept pending and tried again, so that nothing is lost by it. */
  INTERNAL_ERROR(RetryPolicy.TRIES_FOR_EVER);

  /** What the orchestrator does about it while installing. */
  public enum RetryPolicy {
    /** Fails at once: trying again cannot help. */
    GIVES_UP,
    /** Fails after the third try. */
    TRIES_THREE_TIMES,
    /**
     * Fails after the eighth try, some ten minutes after the first: what the engine has to get over
     * by itself may take that long.
     */
    TRIES_EIGHT_TIMES,
    /** Stays pending; pauses grow. */
    TRIES_FOR_EVER,
    /**
     * Stays pending until the cause is gone; looked at again at a slow beat in case that went
     * unnoticed.
     */
    WAITS
  }

  /** No pause is longer: a registry that asks for more time than that is not believed. */
  public static final Duration LONGEST_PAUSE = Duration.ofDays(1);

  private final RetryPolicy retryPolicy;
  private final Duration firstPause;
  private final Duration longestPause;

  FailureCode(RetryPolicy retryPolicy) {
    this(
        retryPolicy,
        Duration.ofSeconds(5),
        Duration.ofMinutes(retryPolicy == RetryPolicy.TRIES_THREE_TIMES ? 1 : 5));
  }

  FailureCode(RetryPolicy retryPolicy, Duration firstPause, Duration longestPause) {
    this.retryPolicy = retryPolicy;
    this.firstPause = firstPause;
    this.longestPause = longestPause;
  }

  public RetryPolicy retryPolicy() {
    return retryPolicy;
  }

  /** The lower-case word used outside the program. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The failure of that code, if there is one. */
  public static Optional<FailureCode> ofCode(String code) {
    return Arrays.stream(values()).filter(known -> known.code().equals(code)).findFirst();
  }

  /** Whether one more try may follow after {@code attempts} failed ones. */
  public boolean retryable(int attempts) {
    return switch (retryPolicy) {
      case GIVES_UP -> false;
      case TRIES_THREE_TIMES -> attempts < 3;
      case TRIES_EIGHT_TIMES -> attempts < 8;
      case TRIES_FOR_EVER, WAITS -> true;
    };
  }

  /**
   * Whether it is about the engine and its host as they are now, and says nothing of the version
   * that was to run.
   */
  public boolean isOfHost() {
    return switch (this) {
      case RUNTIME_UNAVAILABLE,
          ENGINE_BUSY,
          ENGINE_ERROR,
          NO_ADDRESS,
          ENDPOINT_STALE,
          PORT_CONFLICT,
          DISK_FULL ->
          true;
      default -> false;
    };
  }

  /** Whether it is not known what the engine would have said: no word against any app. */
  public boolean isWithoutAnswer() {
    return this == RUNTIME_UNAVAILABLE || this == ENGINE_BUSY;
  }

  /** Whether an app that ran, or did not come to, is what failed. */
  public boolean isOfHealth() {
    return switch (this) {
      case EXITED, OUT_OF_MEMORY, START_TIMEOUT, UNHEALTHY -> true;
      default -> false;
    };
  }

  /**
   * How long to wait after the {@code attempts}th failed try (from 1): doubles up to the longest.
   */
  public Duration pauseAfter(int attempts) {
    return new Backoff(firstPause, longestPause).after(attempts);
  }

  /** No time to wait is longer, whoever asked for it. */
  public Duration longestPause() {
    return this == REGISTRY_RATE_LIMITED ? LONGEST_PAUSE : longestPause;
  }

  /** What would wake a deployment that failed with this code, in words. */
  public String wokenBy() {
    return switch (this) {
      case REGISTRY_DENIED ->
          "an install event, a settings change, an operator, or a restart with new credentials";
      case PORT_CONFLICT, NO_ADDRESS, ENDPOINT_STALE, ENGINE_ERROR ->
          "an install event, a settings change, an operator, or a restart of engine or orchestrator";
      case DEPENDENCY_MISSING, DEPENDENCY_FAILED -> "the dependency becoming healthy";
      case PLATFORM_SCHEMA -> "the platform's tables being there";
      case RUNTIME_UNAVAILABLE -> "the engine answering again";
      case ENGINE_BUSY -> "the next look, within seconds";
      case HELD -> "an operator's release";
      case VOLUME_CONFLICT -> "an operator who keeps the data or purges it";
      default -> "an install event, a settings change, or an operator";
    };
  }
}
