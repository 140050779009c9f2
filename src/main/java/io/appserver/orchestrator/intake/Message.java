package io.appserver.orchestrator.intake;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A message as the broker delivered it.
 *
 * @param headers the sender's, among them {@code traceparent}; values as the broker's client gives
 *     them
 * @param properties the other properties that are kept: {@code content_type}, {@code message_id}
 *     and the like
 */
public record Message(
    EventKind kind,
    String queue,
    String exchange,
    String routingKey,
    Map<String, Object> headers,
    Map<String, String> properties,
    Body body) {

  /** The key of the message id among the properties. */
  public static final String MESSAGE_ID = "message_id";

  public Message {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers)); // values may be null
    properties = Map.copyOf(properties);
  }
}
