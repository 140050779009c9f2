package io.appserver.orchestrator.intake.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

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

  /** The same for the same message, however often it is delivered, to whatever process. */
  public String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(
          (queue + '\0' + HeadersJson.write(new TreeMap<>(properties)) + '\0').getBytes(UTF_8));
      return HexFormat.of().formatHex(digest.digest(body.bytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  public Message {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers)); // values may be null
    properties = Map.copyOf(properties);
  }
}
