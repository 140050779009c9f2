package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.util.List;
import java.util.Optional;

/** One try to bring an app to where it should be, as long as the look lasts. */
final class Attempt {

  private final Subject subject;
  private final AppContainers seen;
  private final MountedVolumes volumes = new MountedVolumes();
  private Optional<Spec> spec = Optional.empty();
  private boolean askedAnew;
  private boolean othersThanBefore;
  private boolean updateWaits;
  private boolean wasNotRunning;

  /**
   * @param seen what there was when the look began
   */
  Attempt(Subject subject, AppContainers seen) {
    this.subject = subject;
    this.seen = seen;
  }

  Subject subject() {
    return subject;
  }

  Run run() {
    return subject.run();
  }

  Deployment deployment() {
    return subject.deployment();
  }

  AppContainers seen() {
    return seen;
  }

  /** The volumes that it uses. */
  MountedVolumes volumes() {
    return volumes;
  }

  /** What the app's settings ask for is known. */
  void wants(Spec asked) {
    spec = Optional.of(asked);
  }

  /** What the app's settings ask for; empty as long as that is not known, or they are wrong. */
  Optional<Spec> spec() {
    return spec;
  }

  /** By its hash what the app is asked to be; blank if its settings are wrong. */
  String specHash() {
    return spec.map(Spec::hash).orElse("");
  }

  /** The app is asked otherwise than before whether it is well. */
  void isAskedAnew() {
    askedAnew = true;
  }

  boolean askedAnew() {
    return askedAnew;
  }

  /** The settings that are tried are others than those that did not work before. */
  void triesOthersThanBefore() {
    othersThanBefore = true;
  }

  boolean othersThanBefore() {
    return othersThanBefore;
  }

  /** What is to follow it waits for its next try: the reason that it is not there stays. */
  void updateWaits() {
    updateWaits = true;
  }

  boolean isUpdateWaiting() {
    return updateWaits;
  }

  /** The container did not run as it should: what probes found before says nothing now. */
  void wasNotRunning() {
    wasNotRunning = true;
  }

  boolean foundNotRunning() {
    return wasNotRunning;
  }

  /** Whether a container waits, stopped, for its successor to become healthy. */
  boolean replacing() {
    return deployment().containers().previousId().isPresent();
  }

  /** That one of the containers that there were when the look began. */
  ObservedContainer seen(ContainerId id) {
    return seen.owned().stream()
        .filter(container -> container.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** The container that waits for its successor, or is to, if it is one of those. */
  Optional<ObservedContainer> previous(List<ObservedContainer> among) {
    return among.stream().filter(container -> subject.isPrevious(container.id())).findFirst();
  }

  /** Those but the one that waits for its successor. */
  List<ObservedContainer> withoutPrevious(List<ObservedContainer> among) {
    return among.stream().filter(container -> !subject.isPrevious(container.id())).toList();
  }
}
