package io.appserver.orchestrator.supervision.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.supervision.TestTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What wakes those that wait for the registry or for space. */
class WaitingAppsTest {

  private final TestTime time = new TestTime();
  private final List<String> signals = new ArrayList<>();
  private final Queue<Runnable> elsewhere = new ArrayDeque<>();
  private final Queue<Runnable> later = new ArrayDeque<>();
  private boolean registryAnswers;
  private int asked;
  private final WaitingApps waitingApps =
      new WaitingApps(
          (app, cause) -> signals.add(app + ": " + cause.word()),
          () -> {
            asked++;
            return registryAnswers;
          },
          elsewhere::add,
          time.clock());

  private void review(FailureCode... codes) {
    waitingApps.review(overview(codes), later::add);
  }

  /** The questions are asked, and the answers heard. */
  private void hear() {
    for (Queue<Runnable> queue : List.of(elsewhere, later)) {
      for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
        next.run();
      }
    }
  }

  /** An app each, called after its failure, that tries again by itself in a quarter of an hour. */
  private NodeSnapshot overview(FailureCode... codes) {
    var deployments = new ArrayList<Deployment>();
    for (FailureCode code : codes) {
      var name = new AppName(code.code().replace('_', '-'));
      var deployment = new Deployment(new AppId(UUID.randomUUID()), name, "node", time.now());
      deployment.pending(Failure.of(code, "for a test"), time.now().plus(Duration.ofMinutes(15)));
      deployments.add(deployment);
    }
    return new NodeSnapshot(
        "node",
        Optional.empty(),
        List.of(),
        Map.of(),
        Set.of(),
        Map.of(),
        deployments,
        Set.of(),
        List.of(),
        Optional.empty());
  }

  @Test
  void theRegistryTakingConnectionsAgainWakesWhoWaitsForIt() {
    review(FailureCode.REGISTRY_UNREACHABLE, FailureCode.DISK_FULL);
    hear();
    assertThat(signals).isEmpty();

    registryAnswers = true;
    review(FailureCode.REGISTRY_UNREACHABLE, FailureCode.DISK_FULL);
    hear();
    assertThat(signals).containsExactly("registry-unreachable: registry is back");
  }

  @Test
  void theRegistryIsAskedByOthersAndNotTwiceAtATime() {
    review(FailureCode.REGISTRY_UNREACHABLE);
    review(FailureCode.REGISTRY_UNREACHABLE);

    assertThat(asked).as("by this thread").isZero();
    hear();
    assertThat(asked).isEqualTo(1);
    review(FailureCode.REGISTRY_UNREACHABLE);
    hear();
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void nobodyAsksTheRegistryWhileNobodyWaitsForIt() {
    review(FailureCode.DISK_FULL);
    hear();

    assertThat(asked).isZero();
  }

  @Test
  void spaceThatIsFreedWakesWhoWaitsForItAtOnce() {
    review(FailureCode.REGISTRY_UNREACHABLE, FailureCode.DISK_FULL);
    waitingApps.spaceWasFreed();

    assertThat(signals).containsExactly("disk-full: space was freed");
  }

  @Test
  void spaceThatIsFreedAgainAndAgainWakesNobodySoonerThanAfterAWhileAndIsNotForgotten() {
    review(FailureCode.DISK_FULL);
    for (int i = 0; i < 5; i++) {
      waitingApps.spaceWasFreed();
      time.pass(Duration.ofSeconds(5));
      review(FailureCode.DISK_FULL);
    }
    assertThat(signals).hasSize(1);

    time.pass(WaitingApps.BETWEEN_WAKES);
    review(FailureCode.DISK_FULL);
    assertThat(signals).hasSize(2);
    time.pass(WaitingApps.BETWEEN_WAKES);
    review(FailureCode.DISK_FULL);
    assertThat(signals).as("nothing was freed since").hasSize(2);
  }

  @Test
  void aRegistryThatWasThereAllTheTimeWakesNobody() {
    registryAnswers = true;
    for (int i = 0; i < 20; i++) {
      review(FailureCode.REGISTRY_UNREACHABLE);
      hear();
      time.pass(WaitingApps.BETWEEN_WAKES);
    }

    assertThat(asked).isEqualTo(20);
    assertThat(signals).as("it keeps to the pause it announced").isEmpty();
  }

  @Test
  void aRegistryThatIsBackWakesOnceWhoWaitsForIt() {
    review(FailureCode.REGISTRY_UNREACHABLE);
    hear();
    registryAnswers = true;
    for (int i = 0; i < 20; i++) {
      review(FailureCode.REGISTRY_UNREACHABLE);
      hear();
      time.pass(WaitingApps.BETWEEN_WAKES);
    }

    assertThat(signals).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"200,true", "401,true", "403,true", "404,true", "429,true", "500,false", "503,false"})
  void aRegistryIsThereIfItAnswersWithoutAnErrorOfItsOwn(int status, boolean there)
      throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v2/",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    var probe = new RegistryProbe("127.0.0.1:" + server.getAddress().getPort());
    try {
      assertThat(probe.getAsBoolean()).isEqualTo(there);
    } finally {
      server.stop(0);
    }
    assertThat(probe.getAsBoolean()).as("nobody listens any more").isFalse();
  }

  @Test
  void aRegistryThatTakesConnectionsAndIsSilentIsAway() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(new RegistryProbe("127.0.0.1:" + socket.getLocalPort()).getAsBoolean()).isFalse();
    }
  }
}
