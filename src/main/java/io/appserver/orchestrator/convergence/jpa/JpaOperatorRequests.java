package io.appserver.orchestrator.convergence.jpa;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.operation.Hold;
import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.operation.OperatorRequest;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.operation.Orphan;
import io.appserver.orchestrator.failure.StorableText;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@link OperatorRequests} in {@code orchestrator_hold} and {@code orchestrator_move}. */
@Stateless
@Local(OperatorRequests.class)
public class JpaOperatorRequests implements OperatorRequests {

  @PersistenceContext(unitName = "orchestrator")
  private EntityManager entities;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public JpaOperatorRequests() {}

  /** On an entity manager of the caller's. */
  public JpaOperatorRequests(EntityManager entities) {
    this.entities = entities;
  }

  @Override
  public OperatorRequest of(AppName app) {
    var row =
        (Object[])
            entities
                .createNativeQuery(
                    """
                    SELECT
                      (SELECT 'held by ' || actor || CASE WHEN reason = '' THEN '' ELSE ': ' || reason END
                       FROM orchestrator_hold WHERE app_name = ?1),
                      (SELECT node FROM orchestrator_move WHERE app_name = ?1),
                      (SELECT n.name FROM orchestrator_move m JOIN orchestrator_node n ON n.name = m.node
                       WHERE m.app_name = ?1 AND n.retired_at IS NULL
                         AND n.seen_at > clock_timestamp() - CAST(?2 AS bigint) * interval '1 millisecond'),
                      EXISTS (SELECT 1 FROM orchestrator_purge WHERE app_name = ?1)
                    """)
                .setParameter(1, app.value())
                .setParameter(2, Nodes.PATIENCE.toMillis())
                .getSingleResult();
    return new OperatorRequest(
        Optional.ofNullable((String) row[0]),
        Optional.ofNullable((String) row[1]),
        row[2] != null,
        (Boolean) row[3]);
  }

  @Override
  public Set<AppName> held() {
    List<?> names =
        entities.createNativeQuery("SELECT app_name FROM orchestrator_hold").getResultList();
    return names.stream().map(name -> new AppName((String) name)).collect(Collectors.toSet());
  }

  @Override
  public Map<AppName, Hold> holds() {
    var holds = new TreeMap<AppName, Hold>();
    rows("SELECT app_name, CAST(extract(epoch FROM since) * 1000 AS bigint), actor, reason FROM"
            + " orchestrator_hold")
        .forEach(row ->
            holds.put(
                new AppName((String) row[0]),
                new Hold(
                    Instant.ofEpochMilli(((Number) row[1]).longValue()),
                    (String) row[2],
                    (String) row[3])));
    return holds;
  }

  @Override
  public Map<AppName, String> moves() {
    var moves = new TreeMap<AppName, String>();
    rows("SELECT app_name, node FROM orchestrator_move")
        .forEach(row -> moves.put(new AppName((String) row[0]), (String) row[1]));
    return moves;
  }

  private Stream<Object[]> rows(String sql) {
    List<?> rows = entities.createNativeQuery(sql).getResultList();
    return rows.stream().map(Object[].class::cast);
  }

  @Override
  public void hold(AppName app, String actor, String reason) {
    entities
        .createNativeQuery(
            """
            INSERT INTO orchestrator_hold (app_name, actor, reason) VALUES (?1, ?2, ?3)
            ON CONFLICT (app_name) DO UPDATE SET actor = ?2, reason = ?3
            """)
        .setParameter(1, app.value())
        .setParameter(2, StorableText.plain(actor, StorableText.LONGEST_MESSAGE))
        .setParameter(3, StorableText.plain(reason, StorableText.LONGEST_MESSAGE))
        .executeUpdate();
  }

  @Override
  public boolean release(AppName app) {
    return delete("orchestrator_hold", app);
  }

  /** The last one to ask is the one who is heard. */
  @Override
  public void move(AppName app, String node, String actor) {
    entities
        .createNativeQuery(
            """
            INSERT INTO orchestrator_move (app_name, node, actor) VALUES (?1, ?2, ?3)
            ON CONFLICT (app_name) DO UPDATE SET node = ?2, actor = ?3, since = clock_timestamp()
            """)
        .setParameter(1, app.value())
        .setParameter(2, node)
        .setParameter(3, StorableText.plain(actor, StorableText.LONGEST_MESSAGE))
        .executeUpdate();
  }

  @Override
  public boolean moved(AppName app, String node) {
    return entities
            .createNativeQuery("DELETE FROM orchestrator_move WHERE app_name = ?1 AND node = ?2")
            .setParameter(1, app.value())
            .setParameter(2, node)
            .executeUpdate()
        > 0;
  }

  @Override
  public boolean stay(AppName app) {
    return delete("orchestrator_move", app);
  }

  @Override
  public void forget(AppName app) {
    entities
        .createNativeQuery(
            """
            WITH released AS (DELETE FROM orchestrator_hold WHERE app_name = ?1)
            DELETE FROM orchestrator_move WHERE app_name = ?1
            """)
        .setParameter(1, app.value())
        .executeUpdate();
  }

  @Override
  public List<Orphan> orphans(String node, Set<AppName> now) {
    String names = now.stream().map(AppName::value).collect(Collectors.joining(","));
    entities
        .createNativeQuery(
            """
            DELETE FROM orchestrator_orphan
            WHERE node = ?1 AND app_name <> ALL (string_to_array(?2, ','))
              AND (removed_at IS NULL OR removed_at < clock_timestamp() - interval '1 hour')
            """)
        .setParameter(1, node)
        .setParameter(2, names)
        .executeUpdate();
    entities
        .createNativeQuery(
            """
            INSERT INTO orchestrator_orphan (node, app_name)
            SELECT ?1, app_name FROM unnest(string_to_array(?2, ',')) AS app_name
            ON CONFLICT (node, app_name) DO NOTHING
            """)
        .setParameter(1, node)
        .setParameter(2, names)
        .executeUpdate();
    List<?> rows =
        entities
            .createNativeQuery(
                """
                SELECT app_name, CAST(extract(epoch FROM clock_timestamp() - since) * 1000 AS bigint),
                  allowed_by IS NOT NULL,
                  coalesce(removed_at > clock_timestamp() - interval '1 hour', false)
                FROM orchestrator_orphan WHERE node = ?1 ORDER BY app_name
                """)
            .setParameter(1, node)
            .getResultList();
    return rows.stream()
        .map(Object[].class::cast)
        .map(row ->
            new Orphan(
                new AppName((String) row[0]),
                Duration.ofMillis(((Number) row[1]).longValue()),
                (Boolean) row[2],
                (Boolean) row[3]))
        .toList();
  }

  @Override
  public void orphanGoes(String node, AppName app) {
    entities
        .createNativeQuery(
            """
            UPDATE orchestrator_orphan SET removed_at = clock_timestamp()
            WHERE node = ?1 AND app_name = ?2
            """)
        .setParameter(1, node)
        .setParameter(2, app.value())
        .executeUpdate();
  }

  @Override
  public void allowOrphan(String node, AppName app, String actor) {
    entities
        .createNativeQuery(
            """
            INSERT INTO orchestrator_orphan (node, app_name, allowed_by) VALUES (?1, ?2, ?3)
            ON CONFLICT (node, app_name) DO UPDATE SET allowed_by = ?3
            """)
        .setParameter(1, node)
        .setParameter(2, app.value())
        .setParameter(3, StorableText.plain(actor, StorableText.LONGEST_MESSAGE))
        .executeUpdate();
  }

  /** Whether there was such a row. */
  private boolean delete(String table, AppName app) {
    return entities
            .createNativeQuery("DELETE FROM " + table + " WHERE app_name = ?1")
            .setParameter(1, app.value())
            .executeUpdate()
        > 0;
  }
}
