package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.Cause;
import io.appserver.orchestrator.convergence.Orchestration;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.FailureCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Wakes what waits for the world around it, once that is as it should be. */
final class Parked {

  /** A pause that is nearly over is left alone. */
  private static final Duration SOON = Duration.ofSeconds(2);

  /** The engine may see another network than this program does: not too often, then. */
  private static final Duration BETWEEN_WAKES = Duration.ofSeconds(30);

  private static final Duration CONNECT = Duration.ofSeconds(1);

  private final Orchestration orchestration;
  private final String registry;
  private final Clock clock;
  private final Map<AppName, Instant> woken = new HashMap<>();
  private List<AppName> waitForSpace = List.of();

  Parked(Orchestration orchestration, String registry, Clock clock) {
    this.orchestration = orchestration;
    this.registry = registry;
    this.clock = clock;
  }

  void review(Overview overview) {
    waitForSpace = waiting(overview, FailureCode.DISK_FULL);
    List<AppName> waitForRegistry = waiting(overview, FailureCode.REGISTRY_UNREACHABLE);
    woken.keySet().retainAll(waitForRegistry);
    if (!waitForRegistry.isEmpty() && registryAnswers()) {
      Instant now = clock.instant();
      for (AppName app : waitForRegistry) {
        if (!woken.getOrDefault(app, Instant.MIN).isAfter(now.minus(BETWEEN_WAKES))) {
          woken.put(app, now);
          orchestration.signalHere(app, Cause.REGISTRY_BACK);
        }
      }
    }
  }

  void spaceWasFreed() {
    waitForSpace.forEach(app -> orchestration.signalHere(app, Cause.SPACE_FREED));
    waitForSpace = List.of(); // until the next review
  }

  private List<AppName> waiting(Overview overview, FailureCode code) {
    Instant soon = clock.instant().plus(SOON);
    return overview.deployments().stream()
        .filter(d -> d.node().equals(Optional.of(overview.node())))
        .filter(d -> d.reasonCode().equals(Optional.of(code.code())))
        .filter(d -> d.nextLookAt().filter(soon::isBefore).isPresent())
        .map(Deployment::appName)
        .map(AppName::parse)
        .flatMap(Optional::stream)
        .toList();
  }

  private boolean registryAnswers() {
    int colon = registry.lastIndexOf(':');
    boolean port = colon > registry.lastIndexOf(']');
    String host = port ? registry.substring(0, colon) : registry;
    int number = port ? Integer.parseInt(registry.substring(colon + 1)) : 443;
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(host.replaceAll("^\\[|]$", ""), number), (int) CONNECT.toMillis());
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
