package io.appserver.orchestrator.runtime;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an init that the engine puts before an app says if it cannot start the app. Without an init
 * the engine refuses such a start; with one the start succeeds, and the container ends at once.
 */
public final class InitFailure {

  /** What a shell and an init return for a program that cannot be executed, or is not there. */
  private static final int NOT_EXECUTABLE = 126;

  private static final int NOT_FOUND = 127;

  /** {@code [FATAL tini (8)] exec /app failed: No such file or directory} */
  private static final Pattern WORDS =
      Pattern.compile("^\\[FATAL tini \\(\\d+\\)\\] (exec .*)$", Pattern.MULTILINE);

  private InitFailure() {}

  /**
   * The init's words, if that is what the container ended of.
   *
   * @param log its last lines
   */
  public static Optional<String> in(ObservedContainer container, String log) {
    boolean notStarted =
        container.status() == ObservedContainer.Status.EXITED
            && (container.exitCode() == NOT_FOUND || container.exitCode() == NOT_EXECUTABLE);
    Matcher words = WORDS.matcher(log);
    return notStarted && words.find() ? Optional.of(words.group(1)) : Optional.empty();
  }
}
