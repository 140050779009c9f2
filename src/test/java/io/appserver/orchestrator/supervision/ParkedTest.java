package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.Failure;
import io.appserver.orchestrator.deployment.FailureCode;
import java.io.IOException;
import java.net.InetAddress;
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

/** What wakes those that wait for the registry or for space. */
class ParkedTest {

  private final TestTime time = new TestTime();
  private final List<String> signals = new ArrayList<>();
  private final Queue<Runnable> elsewhere = new ArrayDeque<>();
  private final Queue<Runnable> later = new ArrayDeque<>();
  private boolean registryAnswers;
  private int asked;
  private final Parked parked =
      new Parked(
          (app, cause) -> signals.add(app + ": " + cause.word()),
          () -> {
            asked++;
            return registryAnswers;
          },
          elsewhere::add,
          time.clock());

  private void review(FailureCode... codes) {
    parked.review(overview(codes), later::add);
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
  private Overview overview(FailureCode... codes) {
    var deployments = new ArrayList<Deployment>();
    for (FailureCode code : codes) {
      var name = new AppName(code.code().replace('_', '-'));
      var deployment = new Deployment(new AppId(UUID.randomUUID()), name, "node", time.now());
      deployment.pending(Failure.of(code, "for a test"), time.now().plus(Duration.ofMinutes(15)));
      deployments.add(deployment);
    }
    return new Overview(
        "node", Optional.empty(), List.of(), Map.of(), Set.of(), Map.of(), deployments, Set.of());
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
    parked.spaceWasFreed();

    assertThat(signals).containsExactly("disk-full: space was freed");
  }

  @Test
  void spaceThatIsFreedAgainAndAgainWakesNobodySoonerThanAfterAWhileAndIsNotForgotten() {
    review(FailureCode.DISK_FULL);
    for (int i = 0; i < 5; i++) {
      parked.spaceWasFreed();
      time.pass(Duration.ofSeconds(5));
      review(FailureCode.DISK_FULL);
    }
    assertThat(signals).hasSize(1);

    time.pass(Parked.BETWEEN_WAKES);
    review(FailureCode.DISK_FULL);
    assertThat(signals).hasSize(2);
    time.pass(Parked.BETWEEN_WAKES);
    review(FailureCode.DISK_FULL);
    assertThat(signals).as("nothing was freed since").hasSize(2);
  }

  @Test
  void aDoorIsOpenWhereSomebodyListens() throws IOException {
    String address;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = "127.0.0.1:" + socket.getLocalPort();
      assertThat(new RegistryProbe(address).getAsBoolean()).isTrue();
    }
    assertThat(new RegistryProbe(address).getAsBoolean()).isFalse();
  }
}
