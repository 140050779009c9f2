package io.appserver.orchestrator.deployment.jpa;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.failure.StorableText;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@link Volumes} in {@code orchestrator_volume} and {@code orchestrator_purge}. */
@Stateless
@Local(Volumes.class)
public class JpaVolumes implements Volumes {

  @PersistenceContext(unitName = "orchestrator")
  private EntityManager entities;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public JpaVolumes() {}

  /** On an entity manager of the caller's. */
  public JpaVolumes(EntityManager entities) {
    this.entities = entities;
  }

  @Override
  public List<DataVolume> of(AppName app) {
    List<?> rows =
        entities
            .createNativeQuery(
                """
                SELECT v.node, v.name, CAST(v.app_id AS text), v.path, v.origin, v.used, p.actor
                FROM orchestrator_volume v
                LEFT JOIN orchestrator_purge p ON p.app_name = v.app_name AND p.volume = v.name AND p.node = v.node
                WHERE v.app_name = ?1 ORDER BY v.node, v.name
                """)
            .setParameter(1, app.value())
            .getResultList();
    return rows.stream().map(Object[].class::cast).map(row -> volume(app, row)).toList();
  }

  private static DataVolume volume(AppName app, Object[] row) {
    return new DataVolume(
        (String) row[0],
        (String) row[1],
        new AppId(UUID.fromString((String) row[2])),
        app,
        (String) row[3],
        DataVolume.Origin.ofWord((String) row[4]),
        (Boolean) row[5],
        Optional.ofNullable((String) row[6]));
  }

  @Override
  public void note(DataVolume volume) {
    insert(
        volume,
        """
        ON CONFLICT (node, name) DO UPDATE SET path = EXCLUDED.path, used = orchestrator_volume.used OR EXCLUDED.used
        """);
  }

  @Override
  public void noteFound(DataVolume volume) {
    insert(
        volume,
        """
        ON CONFLICT (node, name) DO UPDATE SET used = true WHERE EXCLUDED.used AND NOT orchestrator_volume.used
        """);
  }

  private void insert(DataVolume volume, String known) {
    entities
        .createNativeQuery(
            """
            INSERT INTO orchestrator_volume (node, name, app_id, app_name, path, origin, used)
            VALUES (?1, ?2, CAST(?3 AS uuid), ?4, ?5, ?6, ?7)
            """
                + known)
        .setParameter(1, volume.node())
        .setParameter(2, volume.name())
        .setParameter(3, volume.appId().toString())
        .setParameter(4, volume.appName().value())
        .setParameter(5, volume.path())
        .setParameter(6, volume.origin().word())
        .setParameter(7, volume.used())
        .executeUpdate();
  }

  @Override
  public void markUsed(String node, List<String> names, boolean used) {
    names.forEach(name ->
        update("UPDATE orchestrator_volume SET used = ?3 WHERE node = ?1 AND name = ?2", node, name)
            .setParameter(3, used)
            .executeUpdate());
  }

  @Override
  public void give(String node, String name, AppId owner) {
    update(
            "UPDATE orchestrator_volume SET app_id = CAST(?3 AS uuid) WHERE node = ?1 AND name = ?2",
            node,
            name)
        .setParameter(3, owner.toString())
        .executeUpdate();
    update("DELETE FROM orchestrator_purge WHERE node = ?1 AND volume = ?2", node, name)
        .executeUpdate();
  }

  @Override
  public void forget(String node, String name) {
    update("DELETE FROM orchestrator_purge WHERE node = ?1 AND volume = ?2", node, name)
        .executeUpdate();
    update("DELETE FROM orchestrator_volume WHERE node = ?1 AND name = ?2", node, name)
        .executeUpdate();
  }

  private Query update(String sql, String node, String name) {
    return entities.createNativeQuery(sql).setParameter(1, node).setParameter(2, name);
  }

  @Override
  public void purge(DataVolume volume, String actor) {
    entities
        .createNativeQuery(
            """
            INSERT INTO orchestrator_purge (app_name, volume, node, actor) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (app_name, volume, node) DO UPDATE SET actor = ?4, since = clock_timestamp()
            """)
        .setParameter(1, volume.appName().value())
        .setParameter(2, volume.name())
        .setParameter(3, volume.node())
        .setParameter(4, StorableText.plain(actor, StorableText.LONGEST_MESSAGE))
        .executeUpdate();
  }

  @Override
  public void keep(DataVolume volume) {
    update(
            "DELETE FROM orchestrator_purge WHERE node = ?1 AND volume = ?2",
            volume.node(),
            volume.name())
        .executeUpdate();
  }
}
