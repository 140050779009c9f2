package io.appserver.orchestrator.convergence.record;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.runtime.ImageReference;
import java.time.Duration;
import java.util.Optional;

/**
 * Is told what the convergence does, for metrics, traces and the like. Must be quick and must not
 * throw.
 */
public interface ConvergenceObserver {

  default void transitioned(
      AppName app, DeploymentState from, DeploymentState to, Optional<Failure> reason) {}

  /** A pull is about to begin. */
  default void pulling(AppName app, ImageReference image) {}

  /** A pull has ended, well or not. */
  default void pulled(AppName app, Duration took, boolean succeeded) {}

  /** A container was started, or could not be. */
  default void started(AppName app, boolean succeeded) {}

  /** A container was stopped, by its signal or, failing that, killed. */
  default void stopped(AppName app, boolean killed) {}

  default void restarted(AppName app, Failure reason) {}

  default void probed(AppName app, boolean healthy) {}

  /**
   * A step begins, on the thread that calls; its end is told on the same. What is told between is
   * part of it.
   */
  default Stage.End began(Stage stage) {
    return Stage.End.UNWATCHED;
  }

  /** A look has ended. */
  default void looked(AppName app, Duration took, Look.Result result) {}
}
