package io.appserver.orchestrator.intake.jpa;

import static io.appserver.orchestrator.intake.jpa.Statements.storable;

import io.appserver.orchestrator.convergence.signal.Signals.Signal;
import io.appserver.orchestrator.intake.event.AppEvent;
import io.appserver.orchestrator.intake.event.HeadersJson;
import io.appserver.orchestrator.intake.event.Message;
import io.appserver.orchestrator.intake.store.ReceivedEvent;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import java.util.Base64;
import java.util.List;

/** Events on their way into {@code orchestrator_intake}: however many, one statement. */
final class NewEvents {

  /** A microsecond apart, so that the order they came in is the order of their times. */
  static final String INSERT =
      """
      INSERT INTO orchestrator_intake
        (id, received_at, node, queue, exchange, routing_key, kind, headers, properties, body, app_id, app_name,
         occurred_at, note, signal_seq, traceparent, review_at)
      SELECT id, statement_timestamp() + place * interval '1 microsecond', node, queue, exchange, routing_key, kind,
        CAST(headers AS jsonb), CAST(properties AS jsonb), decode(body, 'base64'), app_id, app_name,
        occurred_at, note, signal_seq, traceparent, CASE WHEN signal_seq IS NULL THEN clock_timestamp() END
      FROM json_to_recordset(CAST(?1 AS json)) AS event
        (place integer, id uuid, node text, queue text, exchange text, routing_key text, kind text,
         headers text, properties text, body text, app_id uuid, app_name text,
         occurred_at text, note text, signal_seq bigint, traceparent text)
      """;

  /** Kept: {@code Json} searches the class path for it at every call. */
  private static final JsonProvider JSON = JsonProvider.provider();

  private NewEvents() {}

  /** The parameter of {@link #INSERT}. */
  static String json(String node, List<ReceivedEvent> events) {
    var array = JSON.createArrayBuilder();
    for (int place = 0; place < events.size(); place++) {
      array.add(row(node, events.get(place)).add("place", place));
    }
    return array.build().toString();
  }

  private static JsonObjectBuilder row(String node, ReceivedEvent received) {
    Message message = received.message();
    AppEvent event = received.event();
    var row =
        JSON.createObjectBuilder()
            .add("id", received.intake().toString())
            .add("node", received.signal().map(Signal::node).orElse(node))
            .add("queue", storable(message.queue()))
            .add("exchange", storable(message.exchange()))
            .add("routing_key", storable(message.routingKey()))
            .add("kind", event.kind().code())
            .add("headers", HeadersJson.write(message.headers()))
            .add("properties", HeadersJson.write(message.properties()))
            .add("body", Base64.getEncoder().encodeToString(message.body().bytes()));
    event.id().ifPresent(id -> row.add("app_id", id.toString()));
    event.name().ifPresent(name -> row.add("app_name", name.value()));
    event.occurredAt().ifPresent(time -> row.add("occurred_at", storable(time)));
    if (!event.notes().isEmpty()) {
      row.add("note", storable(String.join("; ", event.notes())));
    }
    received.traceparent().ifPresent(trace -> row.add("traceparent", storable(trace)));
    received.signal().ifPresent(signal -> row.add("signal_seq", signal.seq()));
    return row;
  }
}
