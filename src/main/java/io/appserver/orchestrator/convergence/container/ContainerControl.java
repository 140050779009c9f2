package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Capability;
import io.appserver.orchestrator.convergence.workload.Gathered;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.convergence.workload.Workload;
import io.appserver.orchestrator.convergence.workload.WorkloadControl;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.DataVolume.Origin;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Runs apps as containers of one Docker engine, which does nothing by itself. */
final class ContainerControl implements WorkloadControl {

  /** How the engine names a volume for which nobody had a name. */
  private static final Pattern ANONYMOUS = Pattern.compile("[0-9a-f]{64}");

  private final Parts parts;
  private final KnownVolumes volumes;

  ContainerControl(Parts parts) {
    this.parts = parts;
    this.volumes = new KnownVolumes(parts);
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.EXECUTES, Capability.PULLS);
  }

  @Override
  public Workload find(Run run) {
    try {
      return AppContainers.of(parts.containers().owned(run));
    } catch (DeploymentException e) {
      throw new DeploymentException(parts.engineTrouble().judged(e.failure()), e);
    }
  }

  @Override
  public Workload recall(Run run, Workload found) {
    var containers = AppContainers.of(found);
    return new AppContainers(
        containers.owned(),
        parts.containers().condemned(run),
        containers.haveVolumes() ? parts.volumes().of(run.app()) : List.of());
  }

  @Override
  public Workload settle(Run run, Workload recalled) {
    var containers = AppContainers.of(recalled);
    Set<String> condemned =
        parts.containers().settleKnown(run, containers.owned(), containers.condemned());
    volumes.note(run, containers);
    return new AppContainers(containers.owned(), condemned, containers.volumes());
  }

  @Override
  public Outcome advance(Subject subject, Gathered seen) {
    return new Installation(parts, subject, seen).install();
  }

  @Override
  public void stop(Run run, Workload workload) {
    for (ObservedContainer container : AppContainers.of(workload).owned()) {
      run.checkpoint();
      parts.containers().stop(run, container);
    }
  }

  @Override
  public void remove(Run run, Workload workload) {
    parts.containers().removeAll(run, AppContainers.of(workload).owned());
  }

  @Override
  public boolean removeVolume(Run run, DataVolume volume) {
    Optional<Map<String, String>> labels = parts.view().volume(volume.name());
    if (labels.isPresent() && !isOurs(run, volume, labels.get())) {
      return false;
    }
    if (labels.isPresent()) {
      parts.acts().removeVolume(run, volume.name());
    }
    return true;
  }

  /** What the engine named itself bears no labels of ours; it is known from a container of ours. */
  private boolean isOurs(Run run, DataVolume volume, Map<String, String> labels) {
    boolean labelled =
        parts.identity().installation().equals(labels.get(ContainerLabels.INSTALLATION))
            && run.app().value().equals(labels.get(ContainerLabels.APP_NAME));
    boolean anonymous =
        volume.origin() == Origin.IMAGE && ANONYMOUS.matcher(volume.name()).matches();
    return volume.origin() != Origin.FOREIGN && (labelled || anonymous);
  }
}
