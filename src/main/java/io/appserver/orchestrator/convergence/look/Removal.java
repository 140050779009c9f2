package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.convergence.dependency.Dependencies;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.record.Postponement;
import io.appserver.orchestrator.convergence.record.Transition;
import io.appserver.orchestrator.convergence.record.Unstored;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Workload;
import io.appserver.orchestrator.convergence.workload.WorkloadControl;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An app that should not run: stop, remove, and say so. Its data volume stays. */
@Singleton
public final class Removal {

  private final WorkloadControl control;
  private final Dependencies dependencies;
  private final OperatorRequests requests;
  private final DeploymentWriter writer;
  private final Clock clock;

  @Inject
  public Removal(
      WorkloadControl control,
      Dependencies dependencies,
      OperatorRequests requests,
      DeploymentWriter writer,
      Clock clock) {
    this.control = control;
    this.dependencies = dependencies;
    this.requests = requests;
    this.writer = writer;
    this.clock = clock;
  }

  /**
   * Removes it and stores that.
   *
   * @param deployments those that should not be; of one name
   * @param workload what should not be
   */
  Outcome remove(Run run, List<Deployment> deployments, Workload workload, Look.Wanted wanted) {
    Outcome removed = removeLast(run, deployments, workload, wanted);
    removed.unstored().ifPresent(change -> change.store(() -> writer.check(run), () -> {}));
    return new Outcome(removed.wanted(), removed.result(), removed.wakeAfter());
  }

  /** The same as the last thing that a look does: the outcome is to store the end of it. */
  Outcome removeLast(Run run, List<Deployment> deployments, Workload workload, Look.Wanted wanted) {
    List<Deployment> active =
        new ArrayList<>(
            deployments.stream().filter(d -> d.state() != DeploymentState.STOPPED).toList());
    try {
      if (active.isEmpty() && workload.isEmpty()) {
        if (run.claim().causedBy(Cause.UNINSTALLED)) {
          writer.note(run, Optional.empty(), "is not there, nothing to remove");
        }
        return Outcome.gone(wanted);
      }
      active.replaceAll(d ->
          d.state() == DeploymentState.STOPPING && !d.changedByHand()
              ? d
              : writer.write(run, d, "stopping", Deployment::stopping));
      control.remove(run, workload);
      if (active.isEmpty()) {
        return Outcome.gone(wanted);
      }
      for (Deployment deployment : active.subList(1, active.size())) {
        stopped(run, deployment, wanted).store(() -> writer.check(run), () -> {});
      }
      return Outcome.gone(wanted).with(stopped(run, active.getFirst(), wanted));
    } catch (DeploymentException e) {
      Failure failure = e.failure();
      Duration pause = Postponement.FIRST;
      for (Deployment deployment : active) {
        pause = Postponement.write(writer, clock, run, deployment, failure);
      }
      return new Outcome(wanted, new Look.Result.Waiting(failure), Optional.of(pause));
    }
  }

  /** What is installed anew begins without old wishes. */
  private Unstored stopped(Run run, Deployment deployment, Look.Wanted wanted) {
    Transition stopped =
        writer.transition(
            run,
            deployment,
            "removed, all but its data volume, if it has one",
            Optional.empty(),
            Deployment::stopped);
    return (check, also) ->
        writer.store(
            run,
            check,
            deployment,
            List.of(stopped),
            () -> {
              if (wanted != Look.Wanted.INSTALLED) {
                requests.forget(run.app());
              }
              dependencies.signalDependants(run, deployment.appId());
              also.run();
            });
  }
}
