package io.appserver.orchestrator.convergence.jpa;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.signal.Signals.Signal;
import io.appserver.orchestrator.convergence.work.Claim;
import io.appserver.orchestrator.convergence.work.DueWork;
import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.convergence.work.WorkStore;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * {@link WorkStore} in {@code orchestrator_work} and {@code orchestrator_act}: the signals here,
 * leases and the journal in {@link Leases} and {@link ActJournal}. These are made for each call, as
 * the server sets the entity manager only after the constructor.
 */
@Stateless
@Local(WorkStore.class)
public class JpaWorkStore implements WorkStore {

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

  private static final String MILLIS = " * interval '1 millisecond'";

  /**
   * Apps, with their last signal and the milliseconds until they are due: 0 or less if they are.
   */
  private static final String DUE =
      """
      SELECT app_name, signal_seq, CASE WHEN signal_seq > handled_seq THEN 0
        ELSE CAST(ceil(extract(epoch FROM wake_at - clock_timestamp()) * 1000) AS bigint) END
      FROM orchestrator_work
      WHERE node = ?1 AND (signal_seq > handled_seq OR wake_at IS NOT NULL)
        AND (lease_owner IS NULL OR lease_owner = CAST(?2 AS uuid) OR lease_expires <= clock_timestamp())
        AND %s
      ORDER BY app_name
      """
          .formatted(IDS_FIT);

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
  public DueWork due(String node, UUID owner) {
    List<?> rows =
        entities
            .createNativeQuery(DUE)
            .setParameter(1, node)
            .setParameter(2, owner.toString())
            .getResultList();
    var due = new LinkedHashMap<AppName, Long>();
    Optional<Duration> next = Optional.empty();
    for (Object row : rows) {
      var columns = (Object[]) row;
      long millis = number(columns[2]);
      if (millis <= 0) {
        due.put(new AppName((String) columns[0]), number(columns[1]));
      } else if (next.isEmpty() || next.get().toMillis() > millis) {
        next = Optional.of(Duration.ofMillis(millis));
      }
    }
    return new DueWork(due, next);
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
  public Optional<Claim> claim(String node, AppName app, UUID owner, Duration ttl, long seenFence) {
    return leases().claim(node, app, owner, ttl, seenFence);
  }

  @Override
  public Claim refresh(Lease lease) {
    return leases().refresh(lease);
  }

  @Override
  public boolean handled(Lease lease, long signalSeq, Optional<Duration> wakeAfter) {
    return leases().handled(lease, signalSeq, wakeAfter);
  }

  @Override
  public void release(Lease lease) {
    leases().release(lease);
  }

  @Override
  public void releaseAll(UUID owner) {
    leases().releaseAll(owner);
  }

  @Override
  public void check(Lease lease) {
    leases().check(lease);
  }

  private Leases leases() {
    return new Leases(entities);
  }

  @Override
  public long begin(Lease lease, Duration ttl, String verb, String target) {
    return journal().begin(lease, ttl, verb, target);
  }

  @Override
  public void end(long act, ActOutcome outcome) {
    journal().end(act, outcome);
  }

  @Override
  public void endForGood(Lease lease, long act, String target) {
    journal().endForGood(lease, act, target);
  }

  @Override
  public Set<String> condemned(Lease lease) {
    return journal().condemned(lease);
  }

  @Override
  public boolean hasStarted(Lease lease, String container) {
    return journal().hasStarted(lease, container);
  }

  @Override
  public void settle(Lease lease, String target) {
    settle(lease, target, "");
  }

  @Override
  public void settle(Lease lease, String target, String verb) {
    journal().settle(lease, target, verb);
  }

  private ActJournal journal() {
    return new ActJournal(entities);
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

  private static long number(Object value) {
    return ((Number) value).longValue();
  }
}
