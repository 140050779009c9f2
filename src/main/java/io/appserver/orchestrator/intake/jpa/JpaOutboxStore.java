package io.appserver.orchestrator.intake.jpa;

import io.appserver.orchestrator.failure.StorableText;
import io.appserver.orchestrator.intake.deadletter.DeadLetter;
import io.appserver.orchestrator.intake.deadletter.OutboxEntry;
import io.appserver.orchestrator.intake.deadletter.OutboxStore;
import io.appserver.orchestrator.intake.event.Body;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.HeadersJson;
import io.appserver.orchestrator.intake.event.Message;
import io.appserver.orchestrator.intake.store.SafeExceptionText;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.json.JsonException;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** {@link OutboxStore} in {@code orchestrator_outbox}. */
@Stateless
@Local(OutboxStore.class)
public class JpaOutboxStore implements OutboxStore {

  private static final Logger LOG = Logger.getLogger(JpaOutboxStore.class.getName());

  @PersistenceContext(unitName = "orchestrator")
  private EntityManager entities;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public JpaOutboxStore() {}

  /** On an entity manager of the caller's. */
  public JpaOutboxStore(EntityManager entities) {
    this.entities = entities;
  }

  @Override
  public Optional<OutboxEntry> takeFromOutbox(Duration reserved) {
    for (Object[] row = oldest(); row.length > 0; row = oldest()) {
      UUID id = UUID.fromString((String) row[0]);
      try {
        OutboxEntry entry = outboxEntry(row);
        reserve(id, reserved);
        return Optional.of(entry);
      } catch (JsonException | IllegalArgumentException | ClassCastException e) {
        putOff(id, "its row cannot be read: " + SafeExceptionText.describe(e));
        LOG.warning(() ->
            "The dead letter %s in orchestrator_outbox cannot be read; it is put off, the others go on: %s"
                .formatted(id, SafeExceptionText.describe(e)));
      }
    }
    return Optional.empty();
  }

  /** Its columns; none if nothing waits. */
  private Object[] oldest() {
    List<?> rows =
        entities
            .createNativeQuery(
                """
                SELECT CAST(message_id AS text), kind, CAST(headers AS text), CAST(properties AS text), body
                FROM orchestrator_outbox WHERE taken_until IS NULL OR taken_until < clock_timestamp()
                ORDER BY created_at, message_id LIMIT 1 FOR UPDATE SKIP LOCKED
                """)
            .getResultList();
    return rows.isEmpty() ? new Object[0] : (Object[]) rows.getFirst();
  }

  private void reserve(UUID id, Duration reserved) {
    Statements.one(
        entities,
        """
        UPDATE orchestrator_outbox SET taken_until = clock_timestamp() + ?2 * interval '1 millisecond'
        WHERE message_id = CAST(?1 AS uuid)
        """,
        id,
        reserved.toMillis());
  }

  @Override
  public void put(DeadLetter letter) {
    entities
        .createNativeQuery(
            """
            INSERT INTO orchestrator_outbox (message_id, kind, headers, properties, body)
            VALUES (CAST(?1 AS uuid), ?2, CAST(?3 AS jsonb), CAST(?4 AS jsonb), ?5)
            """)
        .setParameter(1, UUID.randomUUID().toString())
        .setParameter(2, letter.kind().code())
        .setParameter(3, HeadersJson.write(letter.headers()))
        .setParameter(4, HeadersJson.write(letter.properties()))
        .setParameter(5, letter.body().bytes())
        .executeUpdate();
  }

  @Override
  public void published(UUID intake) {
    Statements.one(
        entities, "DELETE FROM orchestrator_outbox WHERE message_id = CAST(?1 AS uuid)", intake);
  }

  @Override
  public void giveBack(UUID intake) {
    Statements.one(
        entities,
        "UPDATE orchestrator_outbox SET taken_until = NULL WHERE message_id = CAST(?1 AS uuid)",
        intake);
  }

  @Override
  public void putOff(UUID intake, String trouble) {
    Statements.one(
        entities,
        """
        UPDATE orchestrator_outbox SET attempts = attempts + 1, trouble = ?2,
          taken_until = clock_timestamp() + least(10 * power(2, least(attempts, 10)), 3600) * interval '1 second'
        WHERE message_id = CAST(?1 AS uuid)
        """,
        intake,
        StorableText.plain(trouble, StorableText.LONGEST_MESSAGE));
  }

  @Override
  public List<String> putOff() {
    List<?> told =
        entities
            .createNativeQuery(
                """
                SELECT message_id || ': ' || trouble FROM orchestrator_outbox
                WHERE trouble IS NOT NULL ORDER BY created_at LIMIT 5
                """)
            .getResultList();
    return told.stream().map(String.class::cast).toList();
  }

  @Override
  public long outboxSize() {
    Object size =
        entities.createNativeQuery("SELECT count(*) FROM orchestrator_outbox").getSingleResult();
    return ((Number) size).longValue();
  }

  private static OutboxEntry outboxEntry(Object[] row) {
    String messageId = (String) row[0];
    Map<String, Object> headers = HeadersJson.read((String) row[2]);
    Map<String, String> properties =
        HeadersJson.read((String) row[3]).entrySet().stream()
            .collect(
                Collectors.toMap(Map.Entry::getKey, entry -> String.valueOf(entry.getValue())));
    String original = properties.put(Message.MESSAGE_ID, messageId);
    if (original != null) {
      headers.put(DeadLetter.ORIGINAL_MESSAGE_ID, original);
    }
    return new OutboxEntry(
        UUID.fromString(messageId),
        new DeadLetter(
            EventKind.ofCode((String) row[1]), headers, properties, new Body((byte[]) row[4])));
  }
}
