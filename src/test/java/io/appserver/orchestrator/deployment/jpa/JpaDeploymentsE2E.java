package io.appserver.orchestrator.deployment.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.testing.InWorkshop;
import java.util.Map;
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
        .containsExactly("tasks");
    assertThat(shop.deployments.namesFailedWith(FailureCode.REGISTRY_DENIED)).isEmpty();
    assertThat(shop.deployments.activeNames()).containsExactlyInAnyOrder("todos", "tasks");
    assertThat(shop.deployments.all())
        .extracting(Deployment::appName)
        .containsExactlyInAnyOrder("todos", "tasks");
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
}
