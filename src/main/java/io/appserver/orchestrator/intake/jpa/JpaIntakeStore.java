package io.appserver.orchestrator.intake.jpa;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.intake.AppEvent;
import io.appserver.orchestrator.intake.Body;
import io.appserver.orchestrator.intake.DeadLetter;
import io.appserver.orchestrator.intake.EventKind;
import io.appserver.orchestrator.intake.HeadersJson;
import io.appserver.orchestrator.intake.IntakeStore;
import io.appserver.orchestrator.intake.Message;
import io.appserver.orchestrator.intake.OpenEvent;
import io.appserver.orchestrator.intake.OutboxEntry;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;

/** {@link IntakeStore} in {@code orchestrator_intake} and {@code orchestrator_outbox}. */
@Stateless
@Local(IntakeStore.class)
public class JpaIntakeStore implements IntakeStore {

  /** How long an event may outrun the commit it tells of. */
  private static final String GRACE = "interval '30 seconds'";

  /** With a sweep every half second, a commit is noticed within a second. */
  private static final String NEXT_REVIEW = "clock_timestamp() + interval '250 milliseconds'";

  private static final String OPEN_EVENT =
      "SELECT CAST(id AS text), kind, app_name, CAST(app_id AS text), received_at < clock_timestamp() - "
          + GRACE
          + " FROM orchestrator_intake ";

  private static final String OF_ID = " WHERE id = CAST(?1 AS uuid) AND outcome = 'open'";

  private static final int FORGOTTEN_AT_A_TIME = 1000;

  @PersistenceContext(unitName = "orchestrator")
  private EntityManager entities;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public JpaIntakeStore() {}

  /** On an entity manager of the caller's. */
  public JpaIntakeStore(EntityManager entities) {
    this.entities = entities;
  }

  @Override
  public void insert(
      String node, UUID intake, Message message, AppEvent event, OptionalLong signalSeq) {
    entities
        .createNativeQuery(
            """
            INSERT INTO orchestrator_intake
              (id, node, queue, exchange, routing_key, kind, headers, properties, body, app_id, app_name,
               occurred_at, note, signal_seq, review_at)
            VALUES (CAST(?1 AS uuid), ?2, ?3, ?4, ?5, ?6, CAST(?7 AS jsonb), CAST(?8 AS jsonb), ?9,
               CAST(?10 AS uuid), CAST(?11 AS text), CAST(?12 AS text), CAST(?13 AS text), CAST(?14 AS bigint),
               CASE WHEN CAST(?14 AS bigint) IS NULL THEN clock_timestamp() END)
            """)
        .setParameter(1, intake.toString())
        .setParameter(2, node)
        .setParameter(3, message.queue())
        .setParameter(4, storable(message.exchange()))
        .setParameter(5, storable(message.routingKey()))
        .setParameter(6, event.kind().code())
        .setParameter(7, HeadersJson.write(message.headers()))
        .setParameter(8, HeadersJson.write(message.properties()))
        .setParameter(9, message.body().bytes())
        .setParameter(10, event.id().map(AppId::toString).orElse(null))
        .setParameter(11, event.name().map(AppName::value).orElse(null))
        .setParameter(12, event.occurredAt().orElse(null))
        .setParameter(13, event.notes().isEmpty() ? null : String.join("; ", event.notes()))
        .setParameter(14, signalSeq.isPresent() ? signalSeq.getAsLong() : null)
        .executeUpdate();
  }

  @Override
  public List<OpenEvent> open(String node, AppName app, long handledSeq) {
    return openEvents(
        entities
            .createNativeQuery(
                OPEN_EVENT
                    + """
                    WHERE outcome = 'open' AND node = ?1 AND app_name = ?2 AND signal_seq <= ?3
                    ORDER BY received_at, id FOR UPDATE
                    """)
            .setParameter(1, node)
            .setParameter(2, app.value())
            .setParameter(3, handledSeq));
  }

  @Override
  public List<OpenEvent> due(String node, int limit) {
    return openEvents(
        entities
            .createNativeQuery(
                OPEN_EVENT
                    + """
                    WHERE review_at <= clock_timestamp() AND outcome = 'open' AND node = ?1
                    ORDER BY review_at, received_at, id LIMIT ?2
                    """)
            .setParameter(1, node)
            .setParameter(2, limit));
  }

  @Override
  public boolean named(UUID intake, AppName app, long signalSeq) {
    return update(
            """
            UPDATE orchestrator_intake SET app_name = ?2, signal_seq = ?3, review_at = NULL
            WHERE id = CAST(?1 AS uuid) AND outcome = 'open' AND app_name IS NULL
            """,
            intake,
            app.value(),
            signalSeq)
        == 1;
  }

  /**
   * The look may be over before this is written: so the events are put off, never taken off, and
   * those it has looked at meanwhile keep the time it gave them.
   */
  @Override
  public void signalled(List<UUID> intakes, long signalSeq) {
    entities
        .createNativeQuery(
            """
            UPDATE orchestrator_intake SET signal_seq = ?1, review_at = clock_timestamp() + interval '5 seconds'
            WHERE id = ANY (CAST(string_to_array(?2, ',') AS uuid[])) AND outcome = 'open'
              AND review_at <= clock_timestamp()
            """)
        .setParameter(1, signalSeq)
        .setParameter(2, intakes.stream().map(UUID::toString).collect(Collectors.joining(",")))
        .executeUpdate();
  }

  @Override
  public void review(UUID intake) {
    update("UPDATE orchestrator_intake SET review_at = " + NEXT_REVIEW + OF_ID, intake);
  }

  @Override
  public void leave(UUID intake) {
    update(
        "UPDATE orchestrator_intake SET review_at = NULL" + OF_ID + " AND review_at IS NOT NULL",
        intake);
  }

  @Override
  public void done(UUID intake) {
    update(
        """
        UPDATE orchestrator_intake SET outcome = 'done', closed_at = clock_timestamp(), review_at = NULL
        """
            + OF_ID,
        intake);
  }

  @Override
  public void superseded(UUID intake, String reason) {
    update(
        """
        UPDATE orchestrator_intake
        SET outcome = 'superseded', reason = ?2, closed_at = clock_timestamp(), review_at = NULL
        """
            + OF_ID,
        intake,
        reason);
  }

  @Override
  public void deadLetter(UUID intake, String reason, String message, String attempts) {
    // One statement after the other, the row's lock held by the first: only one of two callers
    // writes the letter.
    int closed =
        update(
            """
            UPDATE orchestrator_intake
            SET outcome = 'dead_lettered', reason = ?2, closed_at = clock_timestamp(), review_at = NULL
            """
                + OF_ID,
            intake,
            reason);
    if (closed == 0) {
      return;
    }
    update(
        """
        INSERT INTO orchestrator_outbox (message_id, kind, headers, properties, body)
        SELECT id, kind,
               headers || jsonb_build_object('%s', CAST(?2 AS text), '%s', CAST(?3 AS text), '%s', exchange,
                 '%s', routing_key, '%s', queue, '%s', CAST(?4 AS text),
                 '%s', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
               properties, body
        FROM orchestrator_intake WHERE id = CAST(?1 AS uuid)
        """
            .formatted(
                DeadLetter.REASON,
                DeadLetter.MESSAGE,
                DeadLetter.EXCHANGE,
                DeadLetter.ROUTING_KEY,
                DeadLetter.QUEUE,
                DeadLetter.ATTEMPTS,
                DeadLetter.TIME),
        intake,
        reason,
        storable(message),
        storable(attempts));
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
    update(
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
    update("DELETE FROM orchestrator_outbox WHERE message_id = CAST(?1 AS uuid)", intake);
  }

  @Override
  public void giveBack(UUID intake) {
    update(
        "UPDATE orchestrator_outbox SET taken_until = NULL WHERE message_id = CAST(?1 AS uuid)",
        intake);
  }

  @Override
  public long outboxSize() {
    Object size =
        entities.createNativeQuery("SELECT count(*) FROM orchestrator_outbox").getSingleResult();
    return ((Number) size).longValue();
  }

  @Override
  public int forgetClosed(Duration age) {
    return entities
        .createNativeQuery(
            """
            DELETE FROM orchestrator_intake WHERE id IN (
              SELECT id FROM orchestrator_intake
              WHERE closed_at < clock_timestamp() - ?1 * interval '1 millisecond' ORDER BY closed_at LIMIT ?2)
            """)
        .setParameter(1, age.toMillis())
        .setParameter(2, FORGOTTEN_AT_A_TIME)
        .executeUpdate();
  }

  @Override
  public void probe() {
    // Neither a read-only server nor a full disk lets this pass; the row is gone when the
    // transaction ends.
    UUID probe = UUID.randomUUID();
    update(
        """
        INSERT INTO orchestrator_intake (id, node, queue, exchange, routing_key, kind, body, outcome, closed_at)
        VALUES (CAST(?1 AS uuid), '', '', '', '', 'installed', CAST('' AS bytea), 'done', clock_timestamp())
        """,
        probe);
    update("DELETE FROM orchestrator_intake WHERE id = CAST(?1 AS uuid)", probe);
  }

  private int update(String sql, UUID id, Object... more) {
    Query query = entities.createNativeQuery(sql).setParameter(1, id.toString());
    for (int i = 0; i < more.length; i++) {
      query.setParameter(i + 2, more[i]);
    }
    return query.executeUpdate();
  }

  private static List<OpenEvent> openEvents(Query query) {
    List<?> rows = query.getResultList();
    return rows.stream().map(row -> openEvent((Object[]) row)).toList();
  }

  private static OpenEvent openEvent(Object[] row) {
    return new OpenEvent(
        UUID.fromString((String) row[0]),
        EventKind.ofCode((String) row[1]),
        Optional.ofNullable((String) row[2]).map(AppName::new),
        Optional.ofNullable((String) row[3]).flatMap(AppId::parse),
        (Boolean) row[4]);
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

  /** PostgreSQL stores every character but this one. */
  private static String storable(String text) {
    return text.replace('\0', '\uFFFD');
  }
}
