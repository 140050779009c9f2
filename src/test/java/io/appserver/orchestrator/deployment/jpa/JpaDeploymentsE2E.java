package io.appserver.orchestrator.deployment.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.HealthStatus;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.testing.InWorkshop;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is asked of the rows, on the real database. */
class JpaDeploymentsE2E extends InWorkshop {

  @Test
  void whatIsDeployedInWhichState() {
    shop.healthyApp("todos");
    shop.healthyApp("gone");
    shop.uninstall("gone");
    shop.awaitState("gone", "stopped");
    shop.engine.failPull("registry.test/tasks:latest", FailureCode.IMAGE_NOT_FOUND);
    shop.app("tasks", "installed");
    shop.install("tasks");
    shop.awaitState("tasks", "failed");
    shop.awaitRest();

    assertThat(shop.deployments.namesFailedWith(FailureCode.IMAGE_NOT_FOUND))
        .containsExactly(new AppName("tasks"));
    assertThat(shop.deployments.namesFailedWith(FailureCode.REGISTRY_DENIED)).isEmpty();
    assertThat(shop.deployments.all())
        .extracting(Deployment::appName)
        .containsExactlyInAnyOrder(
            Optional.of(new AppName("todos")), Optional.of(new AppName("tasks")));
    assertThat(shop.deployments.countByState())
        .isEqualTo(
            Map.of(
                DeploymentState.HEALTHY, 1L,
                DeploymentState.FAILED, 1L,
                DeploymentState.STOPPED, 1L));
    assertThat(shop.deployments.named(new AppName("tasks")))
        .singleElement()
        .satisfies(row -> assertThat(shop.deployments.find(row.appId())).isPresent());
    assertThat(
            shop.deployments.lastSaid(
                new AppName("tasks"), DeploymentState.FAILED, FailureCode.IMAGE_NOT_FOUND))
        .isPresent();
  }

  /** An earlier orchestrator's table may have it so, or somebody's hand. */
  @Test
  void aPartOfWhichEveryColumnIsNullIsReadAsNothingKnown() {
    shop.healthyApp("todos");
    shop.awaitRest();
    shop.database.execute("ALTER TABLE deployments ALTER COLUMN health_status DROP NOT NULL");
    shop.database.execute(
        "UPDATE deployments SET health_status = NULL, started_at = NULL, healthy_since = NULL, health_hash = NULL");
    List<String> before = shop.database.rows("SELECT version FROM deployments");

    assertThat(shop.deployments.all())
        .singleElement()
        .satisfies(row -> {
          assertThat(row.health().status()).isEqualTo(HealthStatus.UNKNOWN);
          assertThat(row.health().startedAt()).isEmpty();
        });
    assertThat(shop.database.rows("SELECT version FROM deployments")).isEqualTo(before);

    shop.signal("todos", Cause.REDEPLOY);
    shop.awaitRest();
    assertThat(shop.database.rows("SELECT state, health_status FROM deployments"))
        .containsExactly("healthy healthy");
  }

  @Test
  void whatSomebodyWroteThatIsNoNameOrIdIsReadAsNoneAndMended() {
    shop.healthyApp("todos");
    shop.awaitRest();
    shop.database.execute(
        "UPDATE deployments SET app_name = 'To dos!', container_id = ' ', previous_container_id = ''");

    assertThat(shop.deployments.all())
        .singleElement()
        .satisfies(row -> {
          assertThat(row.appName()).isEmpty();
          assertThat(row.containers().id()).isEmpty();
          assertThat(row.containers().previousId()).isEmpty();
        });

    shop.signal("todos", Cause.INSTALLED);
    shop.awaitRest();
    assertThat(shop.deployments.named(new AppName("todos")))
        .singleElement()
        .satisfies(row -> {
          assertThat(row.state()).isEqualTo(DeploymentState.HEALTHY);
          assertThat(row.containers().id()).isPresent();
        });
  }

  /** Merging writes into what the transaction read before, and so it would into shared values. */
  @Test
  void whatWasReadOfARowStaysWhenAnotherReadingOfItIsStored() {
    shop.healthyApp("todos");
    shop.awaitRest();
    Deployment other = shop.deployments.all().getFirst();
    other.belongsTo(new AppName("todos"), "there");
    other.waits(Failure.of(FailureCode.REGISTRY_UNREACHABLE, "away"), Instant.EPOCH);

    shop.database
        .transactions()
        .required(() -> {
          Deployment managed = shop.deployments.all().getFirst();
          Row before = Row.of(managed);
          String was = before.toString();
          assertThat(shop.deployments.save(other, Instant.EPOCH)).isSameAs(managed);
          assertThat(before.toString()).isEqualTo(was);
          assertThat(Row.of(managed).home()).contains("there");
          return before;
        });
  }
}
