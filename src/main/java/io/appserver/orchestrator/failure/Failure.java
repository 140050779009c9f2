package io.appserver.orchestrator.failure;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One failure as it is told to people.
 *
 * <p>Its words are {@linkplain StorableText storable}, whoever they come from.
 *
 * @param message what happened, to which app or image, and what to do; never a secret
 * @param details what was seen, by name: the engine's own words, exit code, last log lines
 * @param retryAfter the pause the other side asked for, where it asked
 */
public record Failure(
    FailureCode code, String message, Map<String, String> details, Optional<Duration> retryAfter) {

  /** The detail that says which try of how many failed so; the first is 1. */
  public static final String ATTEMPT = "attempt";

  public Failure {
    message = StorableText.plain(message, StorableText.LONGEST_MESSAGE);
    var storable = new TreeMap<String, String>();
    details.forEach((name, value) ->
        storable.put(name, StorableText.plain(value, StorableText.LONGEST_DETAIL)));
    details = Map.copyOf(storable);
  }

  public static Failure of(FailureCode code, String message) {
    return new Failure(code, message, Map.of(), Optional.empty());
  }

  /** With what would wake the deployment that is given up because of it; said once. */
  public Failure givenUp() {
    String wakes = "; it stays so until " + code.wokenBy();
    return message.endsWith(wakes)
        ? this
        : new Failure(code, message.replaceFirst("\\.$", "") + wakes, details, retryAfter);
  }

  /** With one more detail; an empty value adds nothing. */
  public Failure with(String name, String value) {
    if (value.isEmpty()) {
      return this;
    }
    var all = new TreeMap<>(details);
    all.put(name, value);
    return new Failure(code, message, all, retryAfter);
  }
}
