package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.EngineOutage;
import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Capability;
import io.appserver.orchestrator.convergence.workload.Gathered;
import io.appserver.orchestrator.convergence.workload.Recalled;
import io.appserver.orchestrator.convergence.workload.Steps;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.convergence.workload.Workload;
import io.appserver.orchestrator.convergence.workload.WorkloadControl;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.ObservedContainer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;

/** Runs apps as containers of one Docker engine, which does nothing by itself. */
@Singleton
final class ContainerControl implements WorkloadControl {

  /** Its networks are bridges of one machine. */
  static final Set<Capability> CAPABILITIES = Set.of(Capability.EXECUTES, Capability.PULLS);

  private final Containers containers;
  private final KnownVolumes volumes;
  private final EngineOutage outage;
  private final Standing standing;
  private final BringUp bringUp;
  private final FailureHandling failures;
  private final Clearing clearing;

  @Inject
  ContainerControl(
      Containers containers,
      KnownVolumes volumes,
      EngineOutage outage,
      Standing standing,
      BringUp bringUp,
      FailureHandling failures,
      Clearing clearing) {
    this.containers = containers;
    this.volumes = volumes;
    this.outage = outage;
    this.standing = standing;
    this.bringUp = bringUp;
    this.failures = failures;
    this.clearing = clearing;
  }

  @Override
  public Set<Capability> capabilities() {
    return CAPABILITIES;
  }

  @Override
  public Workload find(Run run) {
    try {
      return AppContainers.of(containers.owned(run));
    } catch (DeploymentException e) {
      throw new DeploymentException(outage.judged(e.failure()), e);
    }
  }

  /** What a call without an answer may still befall. */
  private record Condemned(Set<String> targets) implements Recalled {}

  @Override
  public Recalled recall(Lease lease) {
    return new Condemned(containers.condemned(lease));
  }

  @Override
  public Workload settle(Run run, Workload found, Recalled recalled) {
    var there = AppContainers.of(found);
    Set<String> condemned =
        containers.settleKnown(run, there.owned(), ((Condemned) recalled).targets());
    var known = new AppContainers(there.owned(), condemned, volumes.of(run, there));
    volumes.note(run, known);
    return known;
  }

  @Override
  public Steps steps(Subject subject, Gathered seen) {
    var attempt = new Attempt(subject, AppContainers.of(seen.workload()));
    return new Installation(standing, bringUp, failures, clearing, attempt, seen);
  }

  @Override
  public void stop(Run run, Workload workload) {
    for (ObservedContainer container : AppContainers.of(workload).owned()) {
      run.checkpoint();
      containers.stop(run, container);
    }
  }

  @Override
  public void remove(Run run, Workload workload) {
    containers.removeAll(run, AppContainers.of(workload).owned());
  }

  @Override
  public boolean removeVolume(Run run, DataVolume volume) {
    return volumes.remove(run, volume);
  }
}
