package io.appserver.orchestrator.convergence.record;

import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.failure.Backoff;
import io.appserver.orchestrator.failure.Failure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** What cannot be done now and is tried again for ever: told once, with pauses that grow. */
public final class Postponement {

  /** After the first failure; it doubles with each further one of its code. */
  public static final Duration FIRST = Duration.ofSeconds(5);

  private static final Backoff PAUSES = new Backoff(FIRST, Duration.ofMinutes(5));

  private Postponement() {}

  /** How long to wait after that many tries in vain; from 1. */
  static Duration after(int tries) {
    return PAUSES.after(tries);
  }

  /**
   * Writes into the row why it waits and until when; into history and log only what they do not say
   * already. Returns the pause.
   */
  public static Duration write(
      DeploymentWriter writer, Clock clock, Run run, Deployment deployment, Failure failure) {
    boolean told = deployment.reason().says(failure);
    Duration pause = after(deployment.tries().count(failure.code()));
    Instant next = clock.instant().plus(pause);
    if (told) {
      writer.writeUntold(run, deployment, d -> d.waits(failure, next));
    } else {
      writer.write(run, deployment, failure, d -> d.waits(failure, next));
    }
    return pause;
  }
}
