package io.appserver.orchestrator.intake.jpa;

import io.appserver.orchestrator.intake.Body;
import io.appserver.orchestrator.intake.DeadLetter;
import io.appserver.orchestrator.intake.EventKind;
import io.appserver.orchestrator.intake.HeadersJson;
import io.appserver.orchestrator.intake.Message;
import io.appserver.orchestrator.intake.OutboxEntry;
import io.appserver.orchestrator.intake.OutboxStore;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** {@link OutboxStore} in {@code orchestrator_outbox}. */
@Stateless
@Local(OutboxStore.class)
public class JpaOutboxStore implements OutboxStore {

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
    List<?> rows =
        entities
            .createNativeQuery(
                """
                SELECT CAST(message_id AS text), kind, CAST(headers AS text), CAST(properties AS text), body
                FROM orchestrator_outbox WHERE taken_until IS NULL OR taken_until < clock_timestamp()
                ORDER BY created_at, message_id LIMIT 1 FOR UPDATE SKIP LOCKED
                """)
            .getResultList();
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    OutboxEntry entry = outboxEntry((Object[]) rows.getFirst());
    Statements.one(
        entities,
        """
        UPDATE orchestrator_outbox SET taken_until = clock_timestamp() + ?2 * interval '1 millisecond'
        WHERE message_id = CAST(?1 AS uuid)
        """,
        entry.intake(),
        reserved.toMillis());
    return Optional.of(entry);
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
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().toString()));
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
