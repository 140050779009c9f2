package io.appserver.orchestrator.convergence.engine;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Stage;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.failure.Backoff;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The wait from start to healthy: probed often, a failure does not count, an exit does, and time is
 * limited. While the host is in trouble, or a probe cannot be made for want of a place, the time
 * does not run.
 */
@Singleton
public final class HealthGate {

  /** The first pause between probes; it doubles up to the longest. */
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

  /**
   * The longest pause is a tenth of the time since the wait began, within these bounds: hundreds of
   * apps that take long must not keep the engine busy.
   */
  private static final Duration LEAST_LONG_PAUSE = Duration.ofMillis(300);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

  /** The exit code of what was ended by KILL: 128 and the signal's number (POSIX shells). */
  private static final int KILLED = 128 + 9;

  /**
   * Docker learns that the kernel killed a container for want of memory by another way than that it
   * ended, and some milliseconds later on a busy host: it is asked for 400 ms.
   */
  private static final int MOST_QUESTIONS = 8;

  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(50);

  private final RuntimeView view;
  private final HealthProbe probe;
  private final DeploymentWriter writer;
  private final TimeSource time;
  private final Duration startTimeout;
  private final Duration probeTimeout;
  private final BooleanSupplier suspended;

  @Inject
  public HealthGate(
      RuntimeView view,
      HealthProbe probe,
      DeploymentWriter writer,
      TimeSource time,
      Settings settings,
      VerdictSuspension verdicts) {
    this(
        view,
        probe,
        writer,
        time,
        settings.timeouts().start(),
        settings.healthChecks().timeout(),
        verdicts);
  }

  /**
   * @param suspended whether the host is in trouble, so that nothing is to be held against an app
   */
  HealthGate(
      RuntimeView view,
      HealthProbe probe,
      DeploymentWriter writer,
      TimeSource time,
      Duration startTimeout,
      Duration probeTimeout,
      BooleanSupplier suspended) {
    this.view = view;
    this.probe = probe;
    this.writer = writer;
    this.time = time;
    this.startTimeout = startTimeout;
    this.probeTimeout = probeTimeout;
    this.suspended = suspended;
  }

  /**
   * Returns once the container is healthy.
   *
   * @throws DeploymentException with {@code exited}, {@code out_of_memory}, {@code
   *     container_missing} or {@code start_timeout}
   */
  public void await(Run run, ContainerId id, HealthCheck check, Instant startedAt) {
    var step = new Stage(Stage.Kind.HEALTH, run.app()).note(Stage.CONTAINER_ID, id.value());
    writer.take(step, () -> run.aside(() -> awaitHealthy(run, id, check, startedAt)));
  }

  /** How much of the time to start is left; all of it where the start has yet to come. */
  private Duration left(Instant startedAt) {
    Duration past = Duration.between(startedAt, time.clock().instant());
    if (past.isNegative()) {
      return startTimeout;
    }
    return past.compareTo(startTimeout) < 0 ? startTimeout.minus(past) : Duration.ZERO;
  }

  /** Returns how many probes it took. */
  private int awaitHealthy(Run run, ContainerId id, HealthCheck check, Instant startedAt) {
    long began = time.nanoTime();
    long deadline = began + left(startedAt).toNanos();
    Duration pause = FIRST_PAUSE;
    for (int probes = 1; ; probes++) {
      run.checkpoint();
      ObservedContainer container = running(run, id);
      long asked = time.nanoTime();
      HealthProbe.Result result;
      try {
        result = probe.probe(container, check, probeTimeout);
      } catch (DeploymentException e) {
        if (e.code() != FailureCode.ENGINE_BUSY) {
          throw e;
        }
        run.pause(pause);
        deadline += time.nanoTime() - asked; // it waits for its turn, and is not judged for that
        continue;
      }
      boolean healthy = result.healthy();
      writer.tell(observer -> observer.probed(run.app(), healthy));
      if (healthy) {
        return probes;
      }
      long now = time.nanoTime();
      if (suspended.getAsBoolean()) {
        deadline = Math.max(deadline - now, startTimeout.toNanos()) + now;
      } else if (now - deadline >= 0) {
        throw new DeploymentException(
            Failure.of(
                    FailureCode.START_TIMEOUT,
                    "%s was not healthy within %d s of its start: %s; see what it waits for in its log, or increase APPSERVER_DOCKER_START_TIMEOUT"
                        .formatted(run.app(), startTimeout.toSeconds(), result.seen()))
                .with("last_probe", result.seen()),
            null);
      }
      run.pause(pause);
      pause = new Backoff(FIRST_PAUSE, longest(began)).next(pause);
    }
  }

  /**
   * @param began when the wait began, by the monotonic clock
   */
  private Duration longest(long began) {
    Duration tenth = Duration.ofNanos(time.nanoTime() - began).dividedBy(10);
    return tenth.compareTo(LEAST_LONG_PAUSE) < 0
        ? LEAST_LONG_PAUSE
        : Backoff.atMost(tenth, LONGEST_PAUSE);
  }

  /**
   * Asks once more, several probes having failed in a row.
   *
   * @return why it is unhealthy; empty if it answers now
   */
  public Optional<Failure> sickness(Run run, ObservedContainer container, HealthCheck check) {
    HealthProbe.Result result = run.aside(() -> probe.probe(container, check, probeTimeout));
    writer.tell(observer -> observer.probed(run.app(), result.healthy()));
    return result.healthy()
        ? Optional.empty()
        : Optional.of(
            Failure.of(
                    FailureCode.UNHEALTHY,
                    "%s does not answer its health check any more: %s"
                        .formatted(run.app(), result.seen()))
                .with("last_probe", result.seen()));
  }

  private ObservedContainer running(Run run, ContainerId id) {
    ObservedContainer container =
        view.inspect(id)
            .orElseThrow(() ->
                new DeploymentException(
                    FailureCode.CONTAINER_MISSING,
                    "the container of %s was removed while it started".formatted(run.app())));
    if (container.running()) {
      return container;
    }
    throw new DeploymentException(exit(run, container), null);
  }

  /** What a container died of that does not run any more. */
  public Failure exit(Run run, ObservedContainer container) {
    boolean killed = container.exitCode() == KILLED && !container.oomKilled();
    return ExitReasons.failure(
        run.app(), killed ? run.aside(() -> toldLater(run, container)) : container);
  }

  /** That it ended is known already, whatever becomes of the questions. News end a pause early. */
  private ObservedContainer toldLater(Run run, ObservedContainer container) {
    try {
      for (int questions = 0; questions < MOST_QUESTIONS; questions++) {
        run.pause(BETWEEN_QUESTIONS);
        Optional<ObservedContainer> now = view.inspect(container.id());
        if (now.filter(ObservedContainer::oomKilled).isPresent()) {
          return now.get();
        }
      }
    } catch (DeploymentException e) {
      if (e.code() == FailureCode.RUNTIME_UNAVAILABLE) {
        throw e; // the end may be the engine's own
      }
    }
    return container;
  }
}
