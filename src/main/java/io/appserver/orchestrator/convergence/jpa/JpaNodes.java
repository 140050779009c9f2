package io.appserver.orchestrator.convergence.jpa;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.operation.Node;
import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.operation.Presence;
import io.appserver.orchestrator.convergence.signal.Signals;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@link Nodes} in {@code orchestrator_node}. */
@Stateless
@Local(Nodes.class)
public class JpaNodes implements Nodes {

  private static final String MILLIS = " * interval '1 millisecond'";

  private static final String MICROS = "CAST(extract(epoch FROM %s) * 1000000 AS bigint)";

  private static final String SUPERVISE =
      """
      WITH before AS (SELECT name, seen_at FROM orchestrator_node WHERE name = ?1 FOR NO KEY UPDATE)
      UPDATE orchestrator_node AS n SET seen_at = clock_timestamp(), retired_at = NULL,
        supervisor = CASE WHEN %1$s THEN CAST(?2 AS uuid) ELSE supervisor END,
        supervisor_expires = CASE WHEN %1$s THEN clock_timestamp() + ?3%2$s ELSE supervisor_expires END
      FROM before WHERE n.name = before.name
      RETURNING coalesce(n.supervisor = CAST(?2 AS uuid), false), n.engine_id, %3$s, %4$s
      """
          .formatted(
              """
              (supervisor IS NULL OR supervisor = CAST(?2 AS uuid) OR supervisor_expires <= clock_timestamp())\
              """,
              MILLIS,
              MICROS.formatted("before.seen_at"),
              MICROS.formatted("n.seen_at"));

  @PersistenceContext(unitName = "orchestrator")
  private EntityManager entities;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public JpaNodes() {}

  /** On an entity manager of the caller's. */
  public JpaNodes(EntityManager entities) {
    this.entities = entities;
  }

  @Override
  public List<Node> all() {
    List<?> rows =
        entities
            .createNativeQuery(
                """
                SELECT name, engine_id, CAST(extract(epoch FROM seen_at) * 1000 AS bigint),
                  seen_at > clock_timestamp() - CAST(?1 AS bigint)%s, retired_at IS NOT NULL
                FROM orchestrator_node ORDER BY name
                """
                    .formatted(MILLIS))
            .setParameter(1, PATIENCE.toMillis())
            .getResultList();
    return rows.stream().map(Object[].class::cast).map(JpaNodes::node).toList();
  }

  private static Node node(Object[] row) {
    return new Node(
        (String) row[0],
        (String) row[1],
        Instant.ofEpochMilli(((Number) row[2]).longValue()),
        (Boolean) row[3],
        (Boolean) row[4]);
  }

  @Override
  public Presence supervise(String node, UUID instance, Duration ttl) {
    List<?> rows =
        entities
            .createNativeQuery(SUPERVISE)
            .setParameter(1, node)
            .setParameter(2, instance.toString())
            .setParameter(3, ttl.toMillis())
            .getResultList();
    if (rows.isEmpty()) {
      return new Presence(false, Optional.empty(), all());
    }
    var row = (Object[]) rows.getFirst();
    return new Presence(
        (Boolean) row[0],
        Optional.of(new Presence.Row((String) row[1], micros(row[2]), micros(row[3]))),
        all());
  }

  private static Instant micros(Object value) {
    return Instant.EPOCH.plus(((Number) value).longValue(), ChronoUnit.MICROS);
  }

  @Override
  public void handOver(String node, UUID instance) {
    entities
        .createNativeQuery(
            "UPDATE orchestrator_node SET left_at = clock_timestamp() WHERE name = ?1")
        .setParameter(1, node)
        .executeUpdate();
    entities
        .createNativeQuery(
            """
            UPDATE orchestrator_node SET supervisor = NULL, supervisor_expires = NULL
            WHERE name = ?1 AND supervisor = CAST(?2 AS uuid)
            """)
        .setParameter(1, node)
        .setParameter(2, instance.toString())
        .executeUpdate();
  }

  @Override
  public List<OpenEvent> openEvents(String node) {
    List<?> rows =
        entities
            .createNativeQuery(
                """
                SELECT app_name, kind = 'installed' FROM orchestrator_intake
                WHERE outcome = 'open' AND node = ?1 AND app_name IS NOT NULL
                GROUP BY app_name, kind ORDER BY max(received_at)
                """)
            .setParameter(1, node)
            .getResultList();
    return rows.stream()
        .map(Object[].class::cast)
        .flatMap(row ->
            AppName.parse((String) row[0])
                .map(app -> new OpenEvent(app, (Boolean) row[1]))
                .stream())
        .toList();
  }

  @Override
  public void readdress(String node, OpenEvent event, Signals.Signal signal) {
    entities
        .createNativeQuery(
            """
            UPDATE orchestrator_intake SET node = ?4, signal_seq = ?5
            WHERE outcome = 'open' AND node = ?1 AND app_name = ?2 AND kind = ?3
            """)
        .setParameter(1, node)
        .setParameter(2, event.app().value())
        .setParameter(3, event.installed() ? "installed" : "uninstalled")
        .setParameter(4, signal.node())
        .setParameter(5, signal.seq())
        .executeUpdate();
  }

  @Override
  public void readdress(String node, String target) {
    entities
        .createNativeQuery(
            """
            UPDATE orchestrator_intake SET node = ?2
            WHERE outcome = 'open' AND node = ?1 AND app_name IS NULL
            """)
        .setParameter(1, node)
        .setParameter(2, target)
        .executeUpdate();
  }

  @Override
  public void retire(String node) {
    entities
        .createNativeQuery(
            "UPDATE orchestrator_node SET retired_at = clock_timestamp() WHERE name = ?1")
        .setParameter(1, node)
        .executeUpdate();
    entities
        .createNativeQuery("DELETE FROM orchestrator_move WHERE node = ?1")
        .setParameter(1, node)
        .executeUpdate();
  }
}
