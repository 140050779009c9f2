package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.failure.FailureCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Wakes what waits for the world around it, once that is as it should be. */
public final class WaitingApps {

  /** A pause that is nearly over is left alone. */
  private static final Duration SOON = Duration.ofSeconds(2);

  /**
   * An app is woken so often at most. The engine may see another network than this program does,
   * and what an app's own failed try takes away frees space too.
   */
  static final Duration BETWEEN_WAKES = Duration.ofSeconds(30);

  private final BiConsumer<AppName, Cause> signals;
  private final BooleanSupplier registryAnswers;
  private final Executor executor;
  private final Clock clock;
  private final Map<AppName, Instant> woken = new HashMap<>();
  private final Set<AppName> owedSpace = new TreeSet<>();
  private final Set<AppName> owedRegistry = new TreeSet<>();
  private List<AppName> waitForSpace = List.of();
  private List<AppName> waitForRegistry = List.of();
  private boolean asking;

  /** It did not answer when it was asked last. */
  private boolean registryIsAway;

  /**
   * @param registryAnswers may take its time: it is asked by the executor
   */
  public WaitingApps(
      BiConsumer<AppName, Cause> signals,
      BooleanSupplier registryAnswers,
      Executor executor,
      Clock clock) {
    this.signals = signals;
    this.registryAnswers = registryAnswers;
    this.executor = executor;
    this.clock = clock;
  }

  /**
   * Takes note of who waits.
   *
   * @param later takes what is to be done in this thread once an answer is there
   */
  void review(NodeSnapshot snapshot, Consumer<Runnable> later) {
    Instant now = clock.instant();
    woken.values().removeIf(at -> !at.isAfter(now.minus(BETWEEN_WAKES)) || at.isAfter(now));
    waitForSpace = waiting(snapshot, FailureCode.DISK_FULL);
    waitForRegistry = waiting(snapshot, FailureCode.REGISTRY_UNREACHABLE);
    owedSpace.retainAll(waitForSpace);
    owedRegistry.retainAll(waitForRegistry);
    wakeForSpace();
    wakeForRegistry();
    if (!waitForRegistry.isEmpty() && !asking) {
      askRegistry(later);
    }
  }

  void spaceWasFreed() {
    owedSpace.addAll(waitForSpace);
    wakeForSpace();
  }

  private void wakeForSpace() {
    owedSpace.removeIf(app -> wake(app, Cause.SPACE_FREED));
  }

  private void askRegistry(Consumer<Runnable> later) {
    asking = true;
    try {
      executor.execute(() -> {
        boolean answers = false;
        try {
          answers = registryAnswers.getAsBoolean();
        } finally {
          boolean there = answers;
          later.accept(() -> answered(there));
        }
      });
    } catch (RejectedExecutionException e) {
      asking = false;
    }
  }

  /**
   * Only a registry that was away and is back is a reason to try again. One that was there all the
   * time and refuses the image will do so again: that try has its own time.
   */
  private void answered(boolean there) {
    asking = false;
    if (there && registryIsAway) {
      owedRegistry.addAll(waitForRegistry);
      wakeForRegistry();
    }
    registryIsAway = !there;
  }

  private void wakeForRegistry() {
    owedRegistry.removeIf(app -> wake(app, Cause.REGISTRY_BACK));
  }

  /** False if it was woken not long ago. */
  private boolean wake(AppName app, Cause cause) {
    if (woken.containsKey(app)) {
      return false;
    }
    signals.accept(app, cause);
    woken.put(app, clock.instant());
    return true;
  }

  private List<AppName> waiting(NodeSnapshot snapshot, FailureCode code) {
    Instant soon = clock.instant().plus(SOON);
    return snapshot.deployments().stream()
        .filter(d -> d.reason().is(code))
        .filter(d -> d.place().node().equals(Optional.of(snapshot.node())))
        .filter(d -> d.reason().nextLookAt().filter(soon::isBefore).isPresent())
        .map(Deployment::appName)
        .flatMap(Optional::stream)
        .toList();
  }
}
