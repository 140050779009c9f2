package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An app that cannot be looked at, as the engine or the platform's tables keep it from that: it
 * stays as it is, its row says why, and it is looked at again.
 */
@Singleton
public final class BlindLook {

  private final AppCatalog catalog;
  private final Deployments deployments;
  private final DeploymentWriter writer;
  private final Clock clock;

  @Inject
  public BlindLook(
      AppCatalog catalog, Deployments deployments, DeploymentWriter writer, Clock clock) {
    this.catalog = catalog;
    this.deployments = deployments;
    this.writer = writer;
    this.clock = clock;
  }

  /** The engine does not say what it has of the app. */
  Outcome waitForEngine(Run run, Failure failure) {
    return waitFor(run, Aims.wanted(catalog.find(run.app())), failure);
  }

  /** It is not known whether the app should run, or how. */
  Outcome waitForTables(Run run, PlatformUnavailableException e) {
    Failure failure = Failure.of(FailureCode.PLATFORM_SCHEMA, String.valueOf(e.getMessage()));
    return waitFor(run, Look.Wanted.UNKNOWN, failure);
  }

  /**
   * For what is over by itself, the same again and again. For what the engine answers instead of
   * saying what runs, as long as that has lasted, so that pauses double.
   */
  private Duration pause(List<Deployment> rows, FailureCode code) {
    Duration first = code.pauseAfter(1);
    if (code.retryPolicy() == FailureCode.RetryPolicy.WAITS) {
      return first;
    }
    Instant now = clock.instant();
    Duration longest = code.pauseAfter(Integer.MAX_VALUE);
    return rows.stream()
        .filter(d -> d.reason().is(code))
        .map(d -> Duration.between(d.standing().updatedAt(), now))
        .map(lasted -> lasted.compareTo(longest) < 0 ? lasted : longest)
        .filter(lasted -> lasted.compareTo(first) > 0)
        .findFirst()
        .orElse(first);
  }

  /** The engine has many words for the same; what is wrong with the tables is to be told truly. */
  private static boolean isSaidAlready(Deployment deployment, Failure failure) {
    return deployment.reason().code().filter(failure.code().code()::equals).isPresent()
        && (failure.code() != FailureCode.PLATFORM_SCHEMA
            || deployment.reason().message().filter(failure.message()::equals).isPresent());
  }

  /** Why an update was refused is not written over: its words are nowhere else in the row. */
  private Outcome waitFor(Run run, Look.Wanted wanted, Failure failure) {
    List<Deployment> rows = deployments.named(run.app());
    Duration pause = pause(rows, failure.code());
    Instant next = clock.instant().plus(pause);
    rows.stream()
        .filter(d -> d.state() != DeploymentState.STOPPED && d.state() != DeploymentState.FAILED)
        .filter(d -> !isSaidAlready(d, failure))
        .filter(d -> d.updates().rejectedSpecHash().isEmpty() || d.reason().code().isEmpty())
        .forEach(d -> writer.write(run, d, failure, w -> w.waits(failure, next)));
    return new Outcome(wanted, new Look.Result.Waiting(failure), Optional.of(pause));
  }
}
