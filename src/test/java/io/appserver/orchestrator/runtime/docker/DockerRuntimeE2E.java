package io.appserver.orchestrator.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.Network.Ipam;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.runtime.EngineEvent.Kind;
import io.appserver.orchestrator.runtime.Follower;
import io.appserver.orchestrator.runtime.HealthcheckTimes;
import io.appserver.orchestrator.runtime.ProcessContract;
import io.appserver.orchestrator.runtime.RuntimeFixture;
import io.appserver.orchestrator.runtime.VolumeMount;
import io.appserver.orchestrator.testing.Patience;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The Docker adapter keeps the contracts, before a real engine and a real registry; and what is
 * Docker's own.
 */
class DockerRuntimeE2E implements ProcessContract {

  private static DockerFixture fixture;

  @BeforeAll
  static void connect() {
    fixture = new DockerFixture();
  }

  @AfterAll
  static void disconnect() {
    fixture.close();
  }

  @Override
  public RuntimeFixture runtime() {
    return fixture;
  }

  @Test
  void limitsAndRestrictsAContainer() {
    ContainerId id = fixture.created(fixture.spec(fixture.app(), fixture.pull("web")));

    var host =
        fixture.withClient(client -> client.inspectContainerCmd(id.value()).exec().getHostConfig());

    assertThat(host.getMemory()).isEqualTo(64L * 1024 * 1024);
    assertThat(host.getCpuShares()).isEqualTo(512);
    assertThat(host.getPidsLimit()).isEqualTo(100);
    assertThat(host.getSecurityOpts()).containsExactly("no-new-privileges");
    assertThat(host.getCapDrop())
        .containsExactlyInAnyOrder(
            Capability.NET_RAW,
            Capability.MKNOD,
            Capability.AUDIT_WRITE,
            Capability.SYS_CHROOT,
            Capability.SETFCAP,
            Capability.SETPCAP);
    assertThat(host.getRestartPolicy().getName()).isIn("", "no");
    assertThat(host.getLogConfig().getConfig())
        .containsEntry("max-size", "10m")
        .containsEntry("max-file", "3");
    assertThat(host.getPortBindings()).isNull();
  }

  @Test
  void tellsThatAVolumeCannotBeMountedThere() {
    ContainerSpec spec = fixture.spec(fixture.app(), fixture.pull("web"));
    ContainerId id =
        fixture.created(
            RuntimeFixture.mounted(spec, new VolumeMount(fixture.volume(), "/proc/data")));

    assertThatExceptionOfType(DeploymentException.class)
        .isThrownBy(() -> fixture.control().start(id))
        .satisfies(failed -> {
          assertThat(failed.code()).isEqualTo(FailureCode.INVALID_SETTING);
          assertThat(failed.failure().message())
              .contains("docker.volume.path", "it is inside /proc");
        });
  }

  @Test
  void tellsThatTheNetworkHasNoFreeAddress() {
    try (var small = new DockerFixture()) {
      small.withClient(client ->
          client
              .createNetworkCmd()
              .withName(small.network())
              .withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet("10.231.77.0/30")))
              .exec());
      small.started("web");

      assertThatExceptionOfType(DeploymentException.class)
          .isThrownBy(() -> small.started("web"))
          .satisfies(failed -> {
            assertThat(failed.code()).isEqualTo(FailureCode.NO_ADDRESS);
            assertThat(failed.failure().message()).contains("no available IPv4 addresses");
          });
    }
  }

  @Test
  void keepsTheTestOfTheImageWithTheOperatorsTimes() {
    ContainerId id = withTimes("healthcheck");

    var check =
        fixture.withClient(
            client -> client.inspectContainerCmd(id.value()).exec().getConfig().getHealthcheck());

    assertThat(check.getTest()).containsExactly("CMD", "/app/check");
    assertThat(check.getInterval()).isEqualTo(Duration.ofSeconds(7).toNanos());
    assertThat(check.getTimeout()).isEqualTo(Duration.ofSeconds(2).toNanos());
    assertThat(check.getRetries()).isEqualTo(5);
  }

  @Test
  void leavesAnImageItsLongerTimes() {
    var own = new HealthCheck().withTimeout(Duration.ofSeconds(30).toNanos()).withRetries(2);
    ContainerSpec spec =
        RuntimeFixture.checked(
            fixture.spec(fixture.app(), fixture.pull("healthcheck")),
            new HealthcheckTimes(Duration.ofSeconds(7), Duration.ofSeconds(2), 5));

    var check =
        fixture.withClient(client ->
            ContainerCreation.command(client, spec, fixture.network(), Optional.of(own), false)
                .getHealthcheck());

    assertThat(check.getInterval()).isEqualTo(Duration.ofSeconds(7).toNanos());
    assertThat(check.getTimeout()).isEqualTo(Duration.ofSeconds(30).toNanos());
    assertThat(check.getRetries()).isEqualTo(5);
  }

  @Test
  void letsATestTakeAsLongAsItsContainerSays() {
    var test = List.of("CMD", "sleep", "2");
    ContainerSpec spec = fixture.spec(fixture.app(), fixture.pull("web"));
    String id =
        fixture.withClient(client -> {
          String made =
              client
                  .createContainerCmd(spec.imageId())
                  .withLabels(spec.labels().asMap())
                  .withHealthcheck(
                      new HealthCheck().withTest(test).withTimeout(Duration.ofMinutes(2).toNanos()))
                  .exec()
                  .getId();
          client.startContainerCmd(made).exec();
          return made;
        });

    assertThat(fixture.view().execute(new ContainerId(id), test, Duration.ofMillis(200))).isZero();
  }

  @Test
  void givesNoHealthcheckToAnImageWithout() {
    ContainerId id = withTimes("web");

    boolean hasOne =
        fixture.withClient(client ->
            client.inspectContainerCmd(id.value()).exec().getConfig().getHealthcheck() != null);

    assertThat(hasOne).isFalse();
    assertThat(fixture.observed(id).healthcheck()).isEmpty();
  }

  private static ContainerId withTimes(String image) {
    var spec = fixture.spec(fixture.app(), fixture.pull(image));
    var times = new HealthcheckTimes(Duration.ofSeconds(7), Duration.ofSeconds(2), 5);
    return fixture.created(RuntimeFixture.checked(spec, times));
  }

  @Test
  void stopsAContainerByTheSignalItsImageAsksFor() {
    var spec = fixture.spec(fixture.app(), fixture.pull("web"));
    String id =
        fixture.withClient(client -> {
          String made =
              client
                  .createContainerCmd(spec.imageId())
                  .withLabels(spec.labels().asMap())
                  .withStopSignal("SIGUSR1")
                  .withEntrypoint(
                      "sh",
                      "-c",
                      "trap 'exit 7' USR1; echo ready; while :; do sleep 1 & wait $!; done")
                  .exec()
                  .getId();
          client.startContainerCmd(made).exec();
          return made;
        });
    var container = new ContainerId(id);
    await().until(() -> fixture.view().logs(container, 1).contains("ready"));

    fixture.control().terminate(container);

    assertThat(fixture.view().awaitExit(container, Patience.CONDITION)).isTrue();
    assertThat(fixture.observed(container).exitCode()).isEqualTo(7);
  }

  @Test
  void makesAContainerAgainWhoseNetworkIsGone() {
    var spec = fixture.spec(fixture.app(), fixture.pull("web"));
    ContainerId id = fixture.created(spec);
    fixture.withClient(client -> client.removeNetworkCmd(fixture.network()).exec() == null);

    assertThatThrownBy(() -> fixture.control().start(id))
        .isInstanceOf(DeploymentException.class)
        .hasMessageContaining("container_missing");
  }

  @Test
  void tellsOfPausesAndOfFailingHealthChecksButNotOfTheirRuns() {
    var spec = fixture.spec(fixture.app(), fixture.pull("healthcheck"));
    var often = new HealthcheckTimes(Duration.ofSeconds(1), Duration.ofSeconds(5), 1);
    ContainerId id = fixture.created(RuntimeFixture.checked(spec, often));
    try (var follower = new Follower(fixture.view())) {
      fixture.control().start(id);
      var makeSick = List.of("CMD-SHELL", "until rm /tmp/ready; do sleep 0.1; done");
      assertThat(fixture.view().execute(id, makeSick, Patience.CONDITION)).isZero();
      follower.await(Kind.UNHEALTHY, id);
      fixture.withClient(client -> client.pauseContainerCmd(id.value()).exec());
      follower.await(Kind.PAUSED, id);
      fixture.withClient(client -> client.unpauseContainerCmd(id.value()).exec());
      follower.await(Kind.RESUMED, id);

      assertThat(follower.of(id))
          .extracting(EngineEvent::kind)
          .containsExactly(Kind.STARTED, Kind.UNHEALTHY, Kind.PAUSED, Kind.RESUMED);
      assertThat(fixture.view().list(fixture.installation()))
          .filteredOn(listed -> listed.id().equals(id))
          .singleElement()
          .satisfies(listed -> assertThat(listed.unhealthy()).isTrue());
    }
  }

  @Test
  void tellsThatAnImageIsRemoved() {
    ContainerId id = fixture.created(fixture.spec(fixture.app(), fixture.pull("web")));
    String image = fixture.withClient(client -> client.commitCmd(id.value()).exec());
    try (var follower = new Follower(fixture.view())) {
      fixture.withClient(client -> client.removeImageCmd(image).exec());
      follower.await(Kind.SPACE_FREED);
    }
  }
}
