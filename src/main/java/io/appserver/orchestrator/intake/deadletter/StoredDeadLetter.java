package io.appserver.orchestrator.intake.deadletter;

import io.appserver.orchestrator.intake.event.Body;
import io.appserver.orchestrator.intake.event.Message;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A message among the dead letters.
 *
 * @param headers the sender's, the broker's and ours; values as the broker's client gives them
 * @param properties as in {@link Message}
 * @param body its beginning only, if it has fewer bytes than {@link Summary#size()}
 */
public record StoredDeadLetter(
    Summary summary, Map<String, Object> headers, Map<String, String> properties, Body body) {

  public StoredDeadLetter {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers)); // values may be null
    properties = Map.copyOf(properties);
  }

  /** Whether all of the body is there. */
  public boolean whole() {
    return body.length() == summary.size();
  }

  /**
   * What a list says of it.
   *
   * @param id the message id if it has a usable one, else made from what it holds
   * @param time when it was buried
   * @param reason a code; a word of the broker's own, such as {@code rejected}, if the broker
   *     buried it
   * @param message the reason in words
   * @param queue through which it had come; empty if nobody knows
   * @param attempts how often it was tried; empty if nobody knows
   * @param replays how often it was replayed before
   * @param size of its body in bytes
   * @param preview the beginning of its body, on one line of printable characters
   */
  public record Summary(
      String id,
      Optional<Instant> time,
      String reason,
      String message,
      String queue,
      String attempts,
      int replays,
      long size,
      String preview) {}
}
