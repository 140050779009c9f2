package io.appserver.orchestrator.convergence.jpa;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.signal.Signals.Signal;
import io.appserver.orchestrator.convergence.work.Claim;
import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.convergence.work.LeaseLostException;
import io.appserver.orchestrator.convergence.work.WorkStore;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** {@link WorkStore} in {@code orchestrator_work} and {@code orchestrator_act}. */
@Stateless
@Local(WorkStore.class)
public class JpaWorkStore implements WorkStore {

  private static final String OURS_AND_ALIVE =
      """
      WHERE node = ?1 AND app_name = ?2 AND lease_owner = CAST(?3 AS uuid) AND fence = ?4
        AND lease_expires > clock_timestamp()
      """;

  /**
   * The lease's row, locked. Whether it is alive is asked only then: who waits for a lock on a row
   * that is not changed meanwhile would go by what was true before.
   */
  private static final String HELD =
      """
      WITH held AS MATERIALIZED (
        SELECT node, app_name, lease_expires FROM orchestrator_work
        WHERE node = ?1 AND app_name = ?2 AND lease_owner = CAST(?3 AS uuid) AND fence = ?4
        FOR UPDATE)
      """;

  private static final String STILL_ALIVE = "WHERE lease_expires > clock_timestamp()";

  /**
   * Somebody may have shortened the columns for ids of containers: nothing is begun until one that
   * is made can be written down. Readiness says so.
   */
  private static final String IDS_FIT =
      """
      NOT EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = to_regclass('deployments') AND attname IN ('container_id', 'previous_container_id')
          AND atttypmod BETWEEN 1 AND 67)
      """;

  /** The given node; by the name that it has now, if it had the given one before. */
  private static final String GIVEN =
      """
      coalesce(
        (SELECT n.name FROM orchestrator_node n WHERE CAST(?1 AS text) = ANY (n.former_names) LIMIT 1),
        CAST(?1 AS text))
      """;

  /** The node that has the app, or its data; the given one if none has. */
  private static final String OWNER =
      """
      coalesce(
        (SELECT d.node FROM deployments d
         WHERE d.app_name = ?2 AND d.node IS NOT NULL AND (d.state <> 'stopped' OR d.volume IS NOT NULL)
         ORDER BY d.state = 'stopped', d.created_at DESC LIMIT 1),
        %s)
      """
          .formatted(GIVEN);

  /** In words, in the order in which they were given last. */
  private static final String CAUSES =
      """
      (SELECT coalesce(string_agg(word, ', ' ORDER BY CAST(seq AS bigint), word), '')
       FROM jsonb_each(causes) AS cause (word, seq))
      """;

  private static final String MILLIS = " * interval '1 millisecond'";

  @PersistenceContext(unitName = "orchestrator")
  private EntityManager entities;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public JpaWorkStore() {}

  /** On an entity manager of the caller's. */
  public JpaWorkStore(EntityManager entities) {
    this.entities = entities;
  }

  @Override
  public Signal signal(String node, AppName app, Cause cause) {
    return signal(OWNER, node, app, cause);
  }

  @Override
  public Signal signalAt(String node, AppName app, Cause cause) {
    return signal(GIVEN, node, app, cause);
  }

  private Signal signal(String at, String node, AppName app, Cause cause) {
    var row =
        (Object[])
            entities
                .createNativeQuery(
                    """
                    INSERT INTO orchestrator_work AS w (node, app_name, signal_seq, renewal_seq, causes)
                    VALUES (%s, ?2, 1, CASE WHEN ?4 THEN 1 ELSE 0 END, jsonb_build_object(CAST(?3 AS text), 1))
                    ON CONFLICT (node, app_name) DO UPDATE SET
                      signal_seq = w.signal_seq + 1,
                      renewal_seq = CASE WHEN ?4 THEN w.signal_seq + 1 ELSE w.renewal_seq END,
                      causes = w.causes || jsonb_build_object(CAST(?3 AS text), w.signal_seq + 1)
                    RETURNING node, signal_seq
                    """
                        .formatted(at))
                .setParameter(1, node)
                .setParameter(2, app.value())
                .setParameter(3, cause.word())
                .setParameter(4, cause.renews())
                .getSingleResult();
    return new Signal((String) row[0], number(row[1]));
  }

  @Override
  public Map<AppName, Long> due(String node, UUID owner) {
    List<?> rows =
        entities
            .createNativeQuery(
                """
                SELECT app_name, signal_seq FROM orchestrator_work
                WHERE node = ?1 AND (signal_seq > handled_seq OR wake_at <= clock_timestamp())
                  AND (lease_owner IS NULL OR lease_owner = CAST(?2 AS uuid)
                       OR lease_expires <= clock_timestamp())
                  AND %s
                ORDER BY app_name
                """
                    .formatted(IDS_FIT))
            .setParameter(1, node)
            .setParameter(2, owner.toString())
            .getResultList();
    var due = new LinkedHashMap<AppName, Long>();
    for (Object row : rows) {
      var columns = (Object[]) row;
      due.put(new AppName((String) columns[0]), number(columns[1]));
    }
    return due;
  }

  @Override
  public Set<AppName> unhandled(String node) {
    List<?> names =
        entities
            .createNativeQuery(
                "SELECT app_name FROM orchestrator_work WHERE node = ?1 AND signal_seq >"
                    + " handled_seq")
            .setParameter(1, node)
            .getResultList();
    return names.stream().map(name -> new AppName((String) name)).collect(Collectors.toSet());
  }

  @Override
  public Optional<Claim> claim(String node, AppName app, UUID owner, Duration ttl, long seenFence) {
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

  @Override
  public boolean isAnotherEngine(Lease lease, String node) {
    return !entities
        .createNativeQuery(
            """
            SELECT 1 FROM orchestrator_node own JOIN orchestrator_node other ON other.engine_id <> own.engine_id
            WHERE own.name = ?1 AND other.name = ?2
            """)
        .setParameter(1, lease.node())
        .setParameter(2, node)
        .getResultList()
        .isEmpty();
  }

  @Override
  public void lockPlacement() {
    entities
        .createNativeQuery(
            "SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.placement'))) AS held")
        .getResultList();
  }

  @Override
  public boolean takesApps(String node) {
    return !entities
        .createNativeQuery(
            """
            SELECT 1 FROM orchestrator_node WHERE name = ?1 AND retired_at IS NULL
              AND seen_at > clock_timestamp() - CAST(?2 AS bigint)%s
            """
                .formatted(MILLIS))
        .setParameter(1, node)
        .setParameter(2, Nodes.PATIENCE.toMillis())
        .getResultList()
        .isEmpty();
  }

  @Override
  public Claim refresh(Lease lease) {
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

  @Override
  public boolean handled(Lease lease, long signalSeq, Optional<Duration> wakeAfter) {
    List<?> rows =
        ours(
                lease,
                """
                UPDATE orchestrator_work SET
                  handled_seq = greatest(handled_seq, ?5),
                  wake_at = clock_timestamp() + CAST(?6 AS bigint)%s,
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

  @Override
  public void release(Lease lease) {
    ours(
            lease,
            "UPDATE orchestrator_work SET lease_owner = NULL, lease_expires = NULL "
                + OURS_AND_ALIVE)
        .executeUpdate();
  }

  @Override
  public void releaseAll(UUID owner) {
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

  @Override
  public void check(Lease lease) {
    if (ours(lease, "%s SELECT 1 FROM held %s".formatted(HELD, STILL_ALIVE))
        .getResultList()
        .isEmpty()) {
      throw lost(lease);
    }
  }

  @Override
  public long begin(Lease lease, Duration ttl, String verb, String target) {
    List<?> entries =
        ours(
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
                    .formatted(HELD, MILLIS))
            .setParameter(5, ttl.toMillis())
            .setParameter(6, verb)
            .setParameter(7, target)
            .getResultList();
    if (entries.isEmpty()) {
      throw lost(lease);
    }
    return number(entries.getFirst());
  }

  @Override
  public void end(long act, ActOutcome outcome) {
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

  @Override
  public Set<String> condemned(Lease lease) {
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

  @Override
  public boolean hasStarted(Lease lease, String container) {
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

  @Override
  public void settle(Lease lease, String target) {
    settle(lease, target, "");
  }

  @Override
  public void settle(Lease lease, String target, String verb) {
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

  @Override
  public Instant now() {
    Object micros =
        entities
            .createNativeQuery(
                "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)")
            .getSingleResult();
    return Instant.EPOCH.plus(number(micros), ChronoUnit.MICROS);
  }

  private Query ours(Lease lease, String sql) {
    return entities
        .createNativeQuery(sql)
        .setParameter(1, lease.node())
        .setParameter(2, lease.app().value())
        .setParameter(3, lease.owner().toString())
        .setParameter(4, lease.fence());
  }

  private static LeaseLostException lost(Lease lease) {
    return new LeaseLostException(
        "the lease on app_name=%s with fence %d is not ours any more"
            .formatted(lease.app(), lease.fence()));
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }
}
