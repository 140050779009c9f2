package io.appserver.orchestrator.convergence.jpa;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.work.Claim;
import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.convergence.work.LeaseLostException;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The leases, in {@code orchestrator_work}. */
final class Leases {

  private static final String OURS_AND_ALIVE =
      """
      WHERE node = ?1 AND app_name = ?2 AND lease_owner = CAST(?3 AS uuid) AND fence = ?4
        AND lease_expires > clock_timestamp()
      """;

  /**
   * The lease's row, locked. Whether it is alive is asked only then: who waits for a lock on a row
   * that is not changed meanwhile would go by what was true before.
   */
  static final String HELD =
      """
      WITH held AS MATERIALIZED (
        SELECT node, app_name, lease_expires FROM orchestrator_work
        WHERE node = ?1 AND app_name = ?2 AND lease_owner = CAST(?3 AS uuid) AND fence = ?4
        FOR UPDATE)
      """;

  private static final String STILL_ALIVE = "WHERE lease_expires > clock_timestamp()";

  /** In words, in the order in which they were given last. */
  private static final String CAUSES =
      """
      (SELECT coalesce(string_agg(word, ', ' ORDER BY CAST(seq AS bigint), word), '')
       FROM jsonb_each(causes) AS cause (word, seq))
      """;

  private static final String MILLIS = " * interval '1 millisecond'";

  private final EntityManager entities;

  Leases(EntityManager entities) {
    this.entities = entities;
  }

  Optional<Claim> claim(String node, AppName app, UUID owner, Duration ttl, long seenFence) {
    List<?> rows =
        entities
            .createNativeQuery(
                """
                UPDATE orchestrator_work SET
                  lease_owner = CAST(?3 AS uuid),
                  lease_expires = clock_timestamp() + ?4%s,
                  fence = greatest(fence, ?5) + 1
                WHERE node = ?1 AND app_name = ?2
                  AND (lease_owner IS NULL OR lease_owner = CAST(?3 AS uuid)
                       OR lease_expires <= clock_timestamp())
                  AND EXISTS (SELECT 1 FROM orchestrator_node WHERE name = ?1)
                RETURNING fence, signal_seq, renewal_seq > handled_seq, %s
                """
                    .formatted(MILLIS, CAUSES))
            .setParameter(1, node)
            .setParameter(2, app.value())
            .setParameter(3, owner.toString())
            .setParameter(4, ttl.toMillis())
            .setParameter(5, seenFence)
            .getResultList();
    return rows.stream()
        .findFirst()
        .map(row -> {
          var columns = (Object[]) row;
          return claim(new Lease(node, app, owner, number(columns[0])), columns);
        });
  }

  Claim refresh(Lease lease) {
    List<?> rows =
        ours(
                lease,
                "SELECT fence, signal_seq, renewal_seq > handled_seq, %s FROM orchestrator_work %s"
                    .formatted(CAUSES, OURS_AND_ALIVE))
            .getResultList();
    if (rows.isEmpty()) {
      throw lost(lease);
    }
    return claim(lease, (Object[]) rows.getFirst());
  }

  private static Claim claim(Lease lease, Object[] columns) {
    return new Claim(lease, number(columns[1]), (Boolean) columns[2], (String) columns[3]);
  }

  boolean handled(Lease lease, long signalSeq, Optional<Duration> wakeAfter) {
    List<?> rows =
        ours(
                lease,
                """
                UPDATE orchestrator_work SET
                  handled_seq = greatest(handled_seq, ?5),
                  wake_at = clock_timestamp() + CAST(?6 AS bigint)%s,
                  lease_owner = CASE WHEN signal_seq > greatest(handled_seq, ?5) THEN lease_owner END,
                  lease_expires = CASE WHEN signal_seq > greatest(handled_seq, ?5) THEN lease_expires END,
                  causes = CASE WHEN signal_seq <= ?5 THEN '{}' ELSE
                    (SELECT coalesce(jsonb_object_agg(word, seq), '{}')
                     FROM jsonb_each(causes) AS cause (word, seq) WHERE CAST(seq AS bigint) > ?5) END
                %s
                RETURNING signal_seq > handled_seq
                """
                    .formatted(MILLIS, OURS_AND_ALIVE))
            .setParameter(5, signalSeq)
            .setParameter(6, wakeAfter.map(after -> Long.toString(after.toMillis())).orElse(null))
            .getResultList();
    if (rows.isEmpty()) {
      throw lost(lease);
    }
    return (Boolean) rows.getFirst();
  }

  void release(Lease lease) {
    ours(
            lease,
            "UPDATE orchestrator_work SET lease_owner = NULL, lease_expires = NULL "
                + OURS_AND_ALIVE)
        .executeUpdate();
  }

  void releaseAll(UUID owner) {
    entities
        .createNativeQuery(
            """
            UPDATE orchestrator_work AS w SET lease_owner = NULL, lease_expires = NULL
            FROM (
              SELECT node, app_name FROM orchestrator_work WHERE lease_owner = CAST(?1 AS uuid)
              FOR NO KEY UPDATE SKIP LOCKED) AS free
            WHERE w.node = free.node AND w.app_name = free.app_name
            """)
        .setParameter(1, owner.toString())
        .executeUpdate();
  }

  void check(Lease lease) {
    if (ours(lease, "%s SELECT 1 FROM held %s".formatted(HELD, STILL_ALIVE))
        .getResultList()
        .isEmpty()) {
      throw lost(lease);
    }
  }

  /** The statement, whose first four parameters are the lease's node, app, owner and fence. */
  Query ours(Lease lease, String sql) {
    return entities
        .createNativeQuery(sql)
        .setParameter(1, lease.node())
        .setParameter(2, lease.app().value())
        .setParameter(3, lease.owner().toString())
        .setParameter(4, lease.fence());
  }

  static LeaseLostException lost(Lease lease) {
    return new LeaseLostException(
        "the lease on app_name=%s with fence %d is not ours any more"
            .formatted(lease.app(), lease.fence()));
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }
}
