package io.appserver.orchestrator.convergence.jpa;

import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.convergence.work.WorkStore;
import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The journal of acts, in {@code orchestrator_act}. */
final class ActJournal {

  private static final String MILLIS = " * interval '1 millisecond'";

  private final EntityManager entities;
  private final Leases leases;

  ActJournal(EntityManager entities) {
    this.entities = entities;
    this.leases = new Leases(entities);
  }

  long begin(Lease lease, Duration ttl, String verb, String target) {
    List<?> entries =
        leases
            .ours(
                lease,
                """
                %1$s,
                begun AS MATERIALIZED (SELECT held.*, clock_timestamp() AS at FROM held),
                prolonged AS (
                  UPDATE orchestrator_work AS w SET lease_expires = begun.at + ?5%2$s
                  FROM begun
                  WHERE w.node = begun.node AND w.app_name = begun.app_name AND begun.lease_expires > begun.at
                  RETURNING begun.at, begun.lease_expires
                )
                INSERT INTO orchestrator_act (node, app_name, fence, verb, target, begun_at, lease_until)
                SELECT ?1, ?2, ?4, ?6, ?7, at, lease_expires FROM prolonged
                RETURNING id
                """
                    .formatted(Leases.HELD, MILLIS))
            .setParameter(5, ttl.toMillis())
            .setParameter(6, verb)
            .setParameter(7, target)
            .getResultList();
    if (entries.isEmpty()) {
      throw Leases.lost(lease);
    }
    return ((Number) entries.getFirst()).longValue();
  }

  void end(long act, WorkStore.ActOutcome outcome) {
    entities
        .createNativeQuery(
            """
            UPDATE orchestrator_act SET ended_at = clock_timestamp(), outcome = ?2
            WHERE id = ?1 AND outcome IS NULL
            """)
        .setParameter(1, act)
        .setParameter(2, outcome.name().toLowerCase(Locale.ROOT))
        .executeUpdate();
  }

  void endForGood(Lease lease, long act, String target) {
    entities
        .createNativeQuery(
            """
            UPDATE orchestrator_act SET
              ended_at = coalesce(ended_at, clock_timestamp()),
              outcome = CASE WHEN id = ?5 THEN 'done' ELSE 'settled' END
            WHERE node = ?1 AND app_name = ?2 AND target = ?3 AND (outcome IS NULL OR outcome = 'unanswered')
              AND (id = ?5 OR outcome = 'unanswered' OR fence <= ?4)
            """)
        .setParameter(1, lease.node())
        .setParameter(2, lease.app().value())
        .setParameter(3, target)
        .setParameter(4, lease.fence())
        .setParameter(5, act)
        .executeUpdate();
  }

  Set<String> condemned(Lease lease) {
    List<?> targets =
        entities
            .createNativeQuery(
                """
                SELECT DISTINCT target FROM orchestrator_act
                WHERE node = ?1 AND app_name = ?2
                  AND (outcome = 'unanswered' OR (outcome IS NULL AND fence < ?3))
                """)
            .setParameter(1, lease.node())
            .setParameter(2, lease.app().value())
            .setParameter(3, lease.fence())
            .getResultList();
    return targets.stream().map(String.class::cast).collect(Collectors.toSet());
  }

  boolean hasStarted(Lease lease, String container) {
    return !entities
        .createNativeQuery(
            """
            SELECT 1 FROM orchestrator_act
            WHERE app_name = ?1 AND target = ?2 AND verb = 'start' LIMIT 1
            """)
        .setParameter(1, lease.app().value())
        .setParameter(2, container)
        .getResultList()
        .isEmpty();
  }

  void settle(Lease lease, String target, String verb) {
    entities
        .createNativeQuery(
            """
            UPDATE orchestrator_act SET ended_at = coalesce(ended_at, clock_timestamp()), outcome = 'settled'
            WHERE node = ?1 AND app_name = ?2 AND target = ?3 AND ?5 IN ('', verb)
              AND (outcome = 'unanswered' OR (outcome IS NULL AND fence <= ?4))
            """)
        .setParameter(1, lease.node())
        .setParameter(2, lease.app().value())
        .setParameter(3, target)
        .setParameter(4, lease.fence())
        .setParameter(5, verb)
        .executeUpdate();
  }
}
