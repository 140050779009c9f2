package io.appserver.orchestrator.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.probe.NetworkHealthProbe;
import io.appserver.orchestrator.testing.Patience;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The probes before real containers, at their addresses on the network. */
class ContainerHealthE2E {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Patience.CONDITION;
  private static final HealthCheck AUTO = new HealthCheck.HttpOrOpenPort(3000, "/health");

  private static DockerFixture fixture;
  private static HealthProbe probe;

  @BeforeAll
  static void connect() {
    fixture = new DockerFixture();
    probe = new NetworkHealthProbe(fixture.view());
  }

  @AfterEach
  void sweep() {
    fixture.sweep();
  }

  @AfterAll
  static void disconnect() {
    fixture.close();
  }

  private static HealthProbe.Result ask(ContainerId id, HealthCheck check) {
    return probe.probe(fixture.observed(id), check, TIMEOUT);
  }

  private static void becomesHealthy(ContainerId id, HealthCheck check, String seen) {
    await().until(() -> ask(id, check).healthy());
    assertThat(ask(id, check).seen()).isEqualTo(seen);
  }

  @Test
  void findsAWebAppWell() {
    ContainerId id = fixture.started("web");

    becomesHealthy(id, AUTO, "GET /health answered 200");
    becomesHealthy(id, new HealthCheck.Tcp(3000), "port 3000 is open");
  }

  @Test
  void isContentWithAnOpenPortWhereThereIsNoHealthPath() {
    ContainerId id = fixture.started("no-health");

    becomesHealthy(id, AUTO, "port 3000 is open; it has no /health");
    assertThat(ask(id, new HealthCheck.Http(3000, "/health")))
        .isEqualTo(new HealthProbe.Result(false, "GET /health answered 404"));
  }

  @Test
  void isContentWithAnOpenPortThatDoesNotSpeakHttp() {
    becomesHealthy(
        fixture.started("tcp"), AUTO, "port 3000 is open; GET /health: the answer is not HTTP");
  }

  @Test
  void findsAnAppThatAnswersWithErrorsUnwell() {
    ContainerId id = fixture.started("never-healthy");

    await().until(() -> ask(id, AUTO).seen().equals("GET /health answered 500"));
    assertThat(ask(id, AUTO).healthy()).isFalse();
  }

  @Test
  void runsTheTestOfTheImage() {
    ContainerId id = fixture.started("healthcheck");
    var test = new HealthCheck.Execute(List.of("CMD", "/app/check"));

    becomesHealthy(id, test, "the image's health check succeeded");
    fixture.view().execute(id, List.of("CMD", "rm", "/tmp/ready"), TIMEOUT);
    assertThat(ask(id, test))
        .isEqualTo(new HealthProbe.Result(false, "the image's health check ended with 1"));
  }

  @Test
  void findsWhatHasExitedUnwell() {
    ContainerId id = fixture.started("crash");
    assertThat(fixture.view().awaitExit(id, PATIENCE)).isTrue();

    assertThat(ask(id, new HealthCheck.None()))
        .isEqualTo(new HealthProbe.Result(false, "the container is exited"));
  }
}
