package io.appserver.orchestrator.intake.deadletter;

import io.appserver.orchestrator.intake.event.Body;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.Message;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A message that ends in the dead letters, with the reason in its headers.
 *
 * @param headers the original ones and ours
 * @param properties as in {@link Message}
 */
public record DeadLetter(
    EventKind kind, Map<String, Object> headers, Map<String, String> properties, Body body) {

  public static final String PREFIX = "x-orchestrator-";
  public static final String REASON = PREFIX + "reason";
  public static final String MESSAGE = PREFIX + "message";
  public static final String EXCHANGE = PREFIX + "exchange";
  public static final String ROUTING_KEY = PREFIX + "routing-key";
  public static final String QUEUE = PREFIX + "queue";
  public static final String TIME = PREFIX + "time";
  public static final String ATTEMPTS = PREFIX + "attempts";

  /** The message id the sender gave, where ours took its place. */
  public static final String ORIGINAL_MESSAGE_ID = PREFIX + "original-message-id";

  /** How often it was replayed: the one header of ours that a replayed message keeps. */
  public static final String REPLAYS = PREFIX + "replays";

  public DeadLetter {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    properties = Map.copyOf(properties);
  }

  /** Of a message that never became an intake. */
  public static DeadLetter of(
      Message message, String reason, String words, int attempts, Instant now) {
    var headers = new LinkedHashMap<>(message.headers());
    headers.put(REASON, reason);
    headers.put(MESSAGE, words);
    headers.put(EXCHANGE, message.exchange());
    headers.put(ROUTING_KEY, message.routingKey());
    headers.put(QUEUE, message.queue());
    headers.put(TIME, now.toString());
    headers.put(ATTEMPTS, attempts);
    return new DeadLetter(message.kind(), headers, message.properties(), message.body());
  }

  /** Only what the orchestrator added: for when the sender's headers cannot be sent on. */
  public DeadLetter withoutForeignHeaders() {
    var ours = new LinkedHashMap<>(headers);
    ours.keySet().removeIf(key -> !key.startsWith(PREFIX));
    return new DeadLetter(kind, ours, properties, body);
  }

  public String reason() {
    return String.valueOf(headers.get(REASON));
  }
}
