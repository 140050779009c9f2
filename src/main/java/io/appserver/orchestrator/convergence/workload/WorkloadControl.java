package io.appserver.orchestrator.convergence.workload;

import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.DataVolume;
import java.util.Set;

/**
 * How one kind of engine runs apps. All of it is done under the lease of the run, a step at a time:
 * each finds out whether it is done already, so that a look may be broken off and begun again
 * anywhere.
 *
 * <p>Failures are {@link io.appserver.orchestrator.failure.DeploymentException}s. What the engine
 * answers is the app's failure; {@code runtime_unavailable} is an engine that does not answer.
 */
public interface WorkloadControl {

  /** What the engine can do. */
  Set<Capability> capabilities();

  /** What the engine has of the app, asked for now. */
  Workload find(Run run);

  /**
   * What is stored of it. Reads only, under the lease, in the transaction that reads all else:
   * before the engine is asked.
   */
  Recalled recall(Lease lease);

  /**
   * What the engine has of the app with what is stored of it, once what follows from it by itself
   * is stored too: what became of earlier calls, which volumes it has.
   *
   * @param found as the engine told it
   */
  Workload settle(Run run, Workload found, Recalled recalled);

  /**
   * The steps that bring the app up, keep it up, update it, restart it, or go back to what ran
   * before, whichever it takes.
   */
  Steps steps(Subject subject, Gathered seen);

  /** Stops all of it, and leaves it where it is. */
  void stop(Run run, Workload workload);

  /** Stops and removes all of it but its data; what is not there is removed already. */
  void remove(Run run, Workload workload);

  /**
   * Removes a volume with its data, if it is there.
   *
   * @return false if it was not made for the app by this installation, and was left alone
   */
  boolean removeVolume(Run run, DataVolume volume);
}
