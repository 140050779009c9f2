package io.appserver.orchestrator.intake.jpa;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Signals.Signal;
import io.appserver.orchestrator.intake.deadletter.DeadLetter;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.store.IntakeStore;
import io.appserver.orchestrator.intake.store.OpenEvent;
import io.appserver.orchestrator.intake.store.ReceivedEvent;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@link IntakeStore} in {@code orchestrator_intake}; its dead letters go to the outbox. */
@Stateless
@Local(IntakeStore.class)
public class JpaIntakeStore implements IntakeStore {

  /** How long an event may outrun the commit it tells of. */
  private static final String GRACE = "interval '30 seconds'";

  /** Before the next sweep, which comes within a second. */
  private static final String NEXT_REVIEW = "clock_timestamp() + interval '250 milliseconds'";

  private static final String OPEN_EVENT =
      "SELECT CAST(id AS text), kind, app_name, CAST(app_id AS text), received_at <"
          + " clock_timestamp() - "
          + GRACE
          + ", signal_seq IS NOT NULL FROM orchestrator_intake ";

  private static final String OPEN_AMONG =
      " WHERE " + Statements.among("id") + " AND outcome = 'open'";

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
  public void insert(String node, List<ReceivedEvent> events) {
    entities
        .createNativeQuery(NewEvents.INSERT)
        .setParameter(1, NewEvents.json(node, events))
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
  public List<String> traceparents(AppName app) {
    List<?> rows =
        entities
            .createNativeQuery(
                """
                SELECT traceparent FROM orchestrator_intake
                WHERE outcome = 'open' AND app_name = ?1 AND traceparent IS NOT NULL
                ORDER BY received_at DESC LIMIT 10
                """)
            .setParameter(1, app.value())
            .getResultList();
    return rows.stream().map(String.class::cast).toList();
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
  public boolean named(UUID intake, AppName app, Signal signal) {
    return Statements.one(
            entities,
            """
            UPDATE orchestrator_intake SET app_name = ?2, node = ?3, signal_seq = ?4, review_at = NULL
            WHERE id = CAST(?1 AS uuid) AND outcome = 'open' AND app_name IS NULL
            """,
            intake,
            app.value(),
            signal.node(),
            signal.seq())
        == 1;
  }

  /**
   * The look may be over before this is written: so the events are put off, never taken off, and
   * those it has looked at meanwhile keep the time it gave them.
   */
  @Override
  public void signalled(List<UUID> intakes, Signal signal) {
    Statements.all(
        entities,
        """
        UPDATE orchestrator_intake
        SET node = ?2, signal_seq = ?3, review_at = clock_timestamp() + interval '5 seconds'
        """
            + OPEN_AMONG
            + " AND review_at <= clock_timestamp()",
        intakes,
        signal.node(),
        signal.seq());
  }

  @Override
  public void review(List<UUID> intakes) {
    Statements.all(
        entities,
        "UPDATE orchestrator_intake SET review_at = " + NEXT_REVIEW + OPEN_AMONG,
        intakes);
  }

  @Override
  public void leave(List<UUID> intakes) {
    Statements.all(
        entities,
        "UPDATE orchestrator_intake SET review_at = NULL"
            + OPEN_AMONG
            + " AND review_at IS NOT NULL",
        intakes);
  }

  @Override
  public void done(List<UUID> intakes) {
    Statements.all(
        entities,
        """
        UPDATE orchestrator_intake SET outcome = 'done', closed_at = clock_timestamp(), review_at = NULL
        """
            + OPEN_AMONG,
        intakes);
  }

  @Override
  public void superseded(List<UUID> intakes, String reason) {
    Statements.all(
        entities,
        """
        UPDATE orchestrator_intake
        SET outcome = 'superseded', reason = ?2, closed_at = clock_timestamp(), review_at = NULL
        """
            + OPEN_AMONG,
        intakes,
        Statements.storable(reason));
  }

  @Override
  public void deadLetter(UUID intake, String reason, String message, String attempts) {
    // One statement after the other, the row's lock held by the first: only one of two callers
    // writes the letter.
    int closed =
        Statements.one(
            entities,
            """
            UPDATE orchestrator_intake
            SET outcome = 'dead_lettered', reason = ?2, closed_at = clock_timestamp(), review_at = NULL
            WHERE id = CAST(?1 AS uuid) AND outcome = 'open'
            """,
            intake,
            reason);
    if (closed == 0) {
      return;
    }
    Statements.one(
        entities,
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
        Statements.storable(message),
        Statements.storable(attempts));
  }

  @Override
  public int mostBegun(List<String> messages) {
    return number(
        entities
            .createNativeQuery(
                """
                SELECT coalesce(max(attempts), 0) FROM orchestrator_redelivery
                WHERE message = ANY (string_to_array(?1, ','))
                """)
            .setParameter(1, String.join(",", messages)));
  }

  @Override
  public int begin(List<String> messages) {
    return number(
        entities
            .createNativeQuery(
                """
                WITH begun AS (
                  INSERT INTO orchestrator_redelivery AS r (message)
                  SELECT DISTINCT m FROM unnest(string_to_array(?1, ',')) AS m ORDER BY m
                  ON CONFLICT (message) DO UPDATE SET attempts = r.attempts + 1 RETURNING attempts)
                SELECT coalesce(max(attempts), 0) FROM begun
                """)
            .setParameter(1, String.join(",", messages)));
  }

  private static int number(Query query) {
    return ((Number) query.getSingleResult()).intValue();
  }

  @Override
  public void end(List<String> messages) {
    entities
        .createNativeQuery(
            "DELETE FROM orchestrator_redelivery WHERE message = ANY (string_to_array(?1, ','))")
        .setParameter(1, String.join(",", messages))
        .executeUpdate();
  }

  @Override
  public void probe() {
    // Neither a read-only server nor a full disk lets this pass; the row is gone when the
    // transaction ends.
    UUID probe = UUID.randomUUID();
    Statements.one(
        entities,
        """
        INSERT INTO orchestrator_intake (id, node, queue, exchange, routing_key, kind, body, outcome, closed_at)
        VALUES (CAST(?1 AS uuid), '', '', '', '', 'installed', CAST('' AS bytea), 'done', clock_timestamp())
        """,
        probe);
    Statements.one(entities, "DELETE FROM orchestrator_intake WHERE id = CAST(?1 AS uuid)", probe);
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
        (Boolean) row[4],
        (Boolean) row[5]);
  }
}
