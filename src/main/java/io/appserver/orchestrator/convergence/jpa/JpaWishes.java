package io.appserver.orchestrator.convergence.jpa;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.Nodes;
import io.appserver.orchestrator.convergence.Wish;
import io.appserver.orchestrator.convergence.Wishes;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** {@link Wishes} in {@code orchestrator_hold} and {@code orchestrator_move}. */
@Stateless
@Local(Wishes.class)
public class JpaWishes implements Wishes {

  @PersistenceContext(unitName = "orchestrator")
  private EntityManager entities;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public JpaWishes() {}

  /** On an entity manager of the caller's. */
  public JpaWishes(EntityManager entities) {
    this.entities = entities;
  }

  @Override
  public Wish of(AppName app) {
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
                         AND n.seen_at > clock_timestamp() - CAST(?2 AS bigint) * interval '1 millisecond')
                    """)
                .setParameter(1, app.value())
                .setParameter(2, Nodes.PATIENCE.toMillis())
                .getSingleResult();
    return new Wish(
        Optional.ofNullable((String) row[0]), Optional.ofNullable((String) row[1]), row[2] != null);
  }

  @Override
  public Set<AppName> held() {
    List<?> names =
        entities.createNativeQuery("SELECT app_name FROM orchestrator_hold").getResultList();
    return names.stream().map(name -> new AppName((String) name)).collect(Collectors.toSet());
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
        .setParameter(2, actor)
        .setParameter(3, reason)
        .executeUpdate();
  }

  @Override
  public boolean release(AppName app) {
    return entities
            .createNativeQuery("DELETE FROM orchestrator_hold WHERE app_name = ?1")
            .setParameter(1, app.value())
            .executeUpdate()
        > 0;
  }

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
        .setParameter(3, actor)
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
    return entities
            .createNativeQuery("DELETE FROM orchestrator_move WHERE app_name = ?1")
            .setParameter(1, app.value())
            .executeUpdate()
        > 0;
  }
}
