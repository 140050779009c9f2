package io.appserver.orchestrator.deployment.jpa;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.HistoryEntry;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@link Deployments} in {@code deployments} and {@code orchestrator_history}. */
@Stateless
@Local(Deployments.class)
public class JpaDeployments implements Deployments {

  /** An empty list is no parameter. */
  private static final UUID NOBODY = new UUID(0, 0);

  @PersistenceContext(unitName = "orchestrator")
  private EntityManager entities;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public JpaDeployments() {}

  /** On an entity manager of the caller's. */
  public JpaDeployments(EntityManager entities) {
    this.entities = entities;
  }

  @Override
  public Optional<Deployment> find(AppId id) {
    return entities
        .createQuery("SELECT d FROM Deployment d WHERE d.appId = :id", Deployment.class)
        .setParameter("id", id.value())
        .getResultStream()
        .findFirst();
  }

  @Override
  public List<Deployment> of(AppName name, AppId id) {
    return entities
        .createQuery(
            "SELECT d FROM Deployment d WHERE d.appName = :name OR d.appId = :id ORDER BY d.standing.createdAt",
            Deployment.class)
        .setParameter("name", name.value())
        .setParameter("id", id.value())
        .getResultList();
  }

  @Override
  public List<Deployment> named(AppName name) {
    return entities
        .createQuery(
            "SELECT d FROM Deployment d WHERE d.appName = :name ORDER BY d.standing.createdAt",
            Deployment.class)
        .setParameter("name", name.value())
        .getResultList();
  }

  @Override
  public List<Deployment> all() {
    return entities
        .createQuery(
            """
            SELECT d FROM Deployment d
            WHERE d.standing.state <> :stopped OR d.place.volume IS NOT NULL OR d.appId IN :withData
            """,
            Deployment.class)
        .setParameter("stopped", DeploymentState.STOPPED)
        .setParameter("withData", withData())
        .getResultList();
  }

  /** Ids of the stopped ones that have data on another node than theirs. */
  private List<UUID> withData() {
    List<?> ids =
        entities
            .createNativeQuery(
                """
                SELECT CAST(d.app_id AS text) FROM deployments d
                WHERE d.state = ?1 AND d.volume IS NULL AND d.app_id IN (SELECT app_id FROM orchestrator_volume)
                """)
            .setParameter(1, DeploymentState.STOPPED.code())
            .getResultList();
    List<UUID> found = ids.stream().map(id -> UUID.fromString((String) id)).toList();
    return found.isEmpty() ? List.of(NOBODY) : found;
  }

  @Override
  public List<AppName> namesFailedWith(FailureCode code) {
    return entities
        .createQuery(
            "SELECT d.appName FROM Deployment d WHERE d.standing.state = :failed AND d.standing.reason.code = :code",
            String.class)
        .setParameter("failed", DeploymentState.FAILED)
        .setParameter("code", code.code())
        .getResultStream()
        .flatMap(name -> AppName.parse(name).stream())
        .toList();
  }

  @Override
  public Map<DeploymentState, Long> countByState() {
    var counts = new EnumMap<DeploymentState, Long>(DeploymentState.class);
    entities
        .createQuery(
            "SELECT d.standing.state, COUNT(d) FROM Deployment d GROUP BY d.standing.state",
            Object[].class)
        .getResultStream()
        .forEach(row -> counts.merge((DeploymentState) row[0], (Long) row[1], Long::sum));
    return counts;
  }

  @Override
  public Deployment save(Deployment deployment, Instant now) {
    deployment.written(now);
    Deployment saved = entities.merge(deployment);
    entities.flush(); // the version must be the stored one when the row leaves this transaction
    return saved;
  }

  @Override
  public void append(List<HistoryEntry> entries) {
    entities
        .createNativeQuery(NewHistory.INSERT)
        .setParameter(1, NewHistory.json(entries))
        .executeUpdate();
  }

  @Override
  public Optional<String> lastSaid(AppName app, DeploymentState state, FailureCode code) {
    List<?> messages =
        entities
            .createNativeQuery(
                """
                SELECT message FROM orchestrator_history
                WHERE app_name = ?1 AND to_state = ?2 AND code = ?3 ORDER BY id DESC LIMIT 1
                """)
            .setParameter(1, app.value())
            .setParameter(2, state.code())
            .setParameter(3, code.code())
            .getResultList();
    return messages.stream().map(String.class::cast).findFirst();
  }
}
