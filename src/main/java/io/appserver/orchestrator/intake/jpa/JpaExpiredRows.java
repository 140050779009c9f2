package io.appserver.orchestrator.intake.jpa;

import io.appserver.orchestrator.intake.ExpiredRows;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;

/** {@link ExpiredRows} in the orchestrator's tables. */
@Stateless
@Local(ExpiredRows.class)
public class JpaExpiredRows implements ExpiredRows {

  /** The statement's time, not the clock's: an index can be searched by it. */
  private static final String CUTOFF = "statement_timestamp() - ?1 * interval '1 millisecond'";

  /**
   * Of the apps that rows went of: their work rows too, where nothing is open and nothing younger
   * is kept. A signal that comes meanwhile holds such a row, and keeps it.
   */
  private static final String WITH_IDLE_WORK =
      """
      , apps AS (SELECT DISTINCT node, app_name FROM gone WHERE app_name IS NOT NULL),
      idle AS (
        DELETE FROM orchestrator_work w USING apps a
        WHERE w.node = a.node AND w.app_name = a.app_name
          AND w.signal_seq = w.handled_seq AND w.wake_at IS NULL
          AND (w.lease_owner IS NULL OR w.lease_expires < clock_timestamp())
          AND NOT EXISTS (SELECT 1 FROM deployments d WHERE d.app_name = a.app_name)
          AND NOT EXISTS (SELECT 1 FROM orchestrator_history h
                          WHERE h.app_name = a.app_name AND h.at >= %1$s)
          AND NOT EXISTS (SELECT 1 FROM orchestrator_intake i
                          WHERE i.app_name = a.app_name AND i.outcome = 'open')
          AND NOT EXISTS (SELECT 1 FROM orchestrator_act c
                          WHERE c.node = a.node AND c.app_name = a.app_name
                            AND (c.outcome IS NULL OR c.outcome = 'unanswered')))
      SELECT count(*) FROM gone
      """
          .formatted(CUTOFF);

  private static final String OF_NO_APP =
      """
      since < %s
        AND NOT EXISTS (SELECT 1 FROM deployments d WHERE d.app_name = r.app_name)
        AND NOT EXISTS (SELECT 1 FROM orchestrator_volume v WHERE v.app_name = r.app_name)
      """
          .formatted(CUTOFF);

  @PersistenceContext(unitName = "orchestrator")
  private EntityManager entities;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public JpaExpiredRows() {}

  /** On an entity manager of the caller's. */
  public JpaExpiredRows(EntityManager entities) {
    this.entities = entities;
  }

  @Override
  public int deleteEvents(Duration age, int most) {
    return count(
        """
        WITH gone AS (
          DELETE FROM orchestrator_intake WHERE id IN (
            SELECT id FROM orchestrator_intake WHERE closed_at < %s ORDER BY closed_at LIMIT ?2)
          RETURNING node, app_name)
        """
                .formatted(CUTOFF)
            + WITH_IDLE_WORK,
        age,
        most);
  }

  /** Numbers grow with time: the oldest are read by them, and no more than may be deleted. */
  @Override
  public int deleteHistory(Duration age, int most) {
    return count(
        """
        WITH gone AS (
          DELETE FROM orchestrator_history WHERE id IN (
            SELECT id FROM (SELECT id, at FROM orchestrator_history ORDER BY id LIMIT ?2) AS oldest
            WHERE at < %s)
          RETURNING node, app_name)
        """
                .formatted(CUTOFF)
            + WITH_IDLE_WORK,
        age,
        most);
  }

  /** What was not answered condemns its container as long as it is there. */
  @Override
  public int deleteActs(Duration age, int most) {
    byIndexes();
    return delete(
        """
        DELETE FROM orchestrator_act WHERE id IN (
          SELECT id FROM orchestrator_act WHERE ended_at < %s AND outcome <> 'unanswered'
          ORDER BY ended_at LIMIT ?2)
        """
            .formatted(CUTOFF),
        age,
        most);
  }

  @Override
  public int deleteRedeliveries(Duration age, int most) {
    return delete(
        """
        DELETE FROM orchestrator_redelivery WHERE message IN (
          SELECT message FROM orchestrator_redelivery WHERE since < %s LIMIT ?2)
        """
            .formatted(CUTOFF),
        age,
        most);
  }

  @Override
  public int deleteRequests(Duration age, int most) {
    int deleted = 0;
    for (String table :
        new String[] {"orchestrator_hold", "orchestrator_move", "orchestrator_purge"}) {
      deleted +=
          delete(
              """
              DELETE FROM %1$s WHERE app_name IN (
                SELECT r.app_name FROM %1$s r WHERE %2$s LIMIT ?2)
              """
                  .formatted(table, OF_NO_APP),
              age,
              most - deleted);
    }
    return deleted;
  }

  @Override
  public int deleteDeployments(Duration age, int most) {
    return delete(
        """
        DELETE FROM deployments WHERE id IN (
          SELECT d.id FROM deployments d
          WHERE d.state = 'stopped' AND d.volume IS NULL AND d.updated_at < %s
            AND NOT EXISTS (SELECT 1 FROM orchestrator_volume v
                            WHERE v.app_id = d.app_id OR v.app_name = d.app_name)
          LIMIT ?2)
        """
            .formatted(CUTOFF),
        age,
        most);
  }

  private int count(String sql, Duration age, int most) {
    byIndexes();
    Object deleted =
        entities
            .createNativeQuery(sql)
            .setParameter(1, age.toMillis())
            .setParameter(2, most)
            .getSingleResult();
    return ((Number) deleted).intValue();
  }

  /**
   * For this transaction. A planner that has no statistics of a table yet, as after many rows came
   * at once, reads it from end to end for each row that goes.
   */
  private void byIndexes() {
    entities.createNativeQuery("SET LOCAL enable_seqscan = off").executeUpdate();
  }

  private int delete(String sql, Duration age, int most) {
    return entities
        .createNativeQuery(sql)
        .setParameter(1, age.toMillis())
        .setParameter(2, most)
        .executeUpdate();
  }
}
