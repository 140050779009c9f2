package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.appserver.orchestrator.intake.deadletter.DeadLetter;
import io.appserver.orchestrator.intake.event.Body;
import io.appserver.orchestrator.intake.event.BrokerNames;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.Message;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Messages between their form at the broker and ours. */
public final class Deliveries {

  private static final String CONTENT_TYPE = "content_type";
  private static final String CONTENT_ENCODING = "content_encoding";
  private static final String CORRELATION_ID = "correlation_id";
  private static final String TYPE = "type";
  private static final String APP_ID = "app_id";
  private static final String TIMESTAMP = "timestamp";

  private static final int PERSISTENT = 2;

  private Deliveries() {}

  public static Message message(
      EventKind kind, Envelope envelope, BasicProperties properties, byte[] body) {
    Map<String, Object> headers = properties.getHeaders();
    return new Message(
        kind,
        BrokerNames.queue(kind),
        envelope.getExchange(),
        envelope.getRoutingKey(),
        headers == null ? Map.of() : headers,
        kept(properties),
        new Body(body));
  }

  /** What is kept of the properties beside the headers. */
  public static Map<String, String> kept(BasicProperties properties) {
    var kept = new LinkedHashMap<String, String>();
    keep(kept, CONTENT_TYPE, properties.getContentType());
    keep(kept, CONTENT_ENCODING, properties.getContentEncoding());
    keep(kept, CORRELATION_ID, properties.getCorrelationId());
    keep(kept, Message.MESSAGE_ID, properties.getMessageId());
    keep(kept, TYPE, properties.getType());
    keep(kept, APP_ID, properties.getAppId());
    Date timestamp = properties.getTimestamp();
    keep(kept, TIMESTAMP, timestamp == null ? null : timestamp.toInstant().toString());
    return kept;
  }

  /**
   * Left out: {@code expiration}, which would make it vanish; {@code user_id}, which the broker
   * checks against the publisher; {@code reply_to}.
   */
  public static BasicProperties properties(DeadLetter letter) {
    return properties(letter.headers(), letter.properties());
  }

  /** As of a dead letter. */
  public static BasicProperties properties(Map<String, Object> headers, Map<String, String> kept) {
    return new BasicProperties.Builder()
        .headers(headers)
        .deliveryMode(PERSISTENT)
        .contentType(kept.get(CONTENT_TYPE))
        .contentEncoding(kept.get(CONTENT_ENCODING))
        .correlationId(kept.get(CORRELATION_ID))
        .messageId(kept.get(Message.MESSAGE_ID))
        .type(kept.get(TYPE))
        .appId(kept.get(APP_ID))
        .timestamp(Optional.ofNullable(kept.get(TIMESTAMP)).flatMap(Deliveries::time).orElse(null))
        .build();
  }

  private static Optional<Date> time(String text) {
    try {
      return Optional.of(Date.from(Instant.parse(text)));
    } catch (DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void keep(Map<String, String> kept, String key, @Nullable String value) {
    if (value != null) {
      kept.put(key, value);
    }
  }
}
