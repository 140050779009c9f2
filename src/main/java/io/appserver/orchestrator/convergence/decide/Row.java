package io.appserver.orchestrator.convergence.decide;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Place;
import io.appserver.orchestrator.deployment.Reason;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.FailureCode.RetryPolicy;
import java.time.Instant;
import java.util.Optional;

/**
 * What the orchestrator wrote of one app, as it was when it was read: a value of the row of {@code
 * deployments}, with the questions that are asked of it.
 *
 * @param name the app's name when the row was written; empty if the text in the row is none
 * @param changedByHand whether somebody else wrote the state since the orchestrator did
 */
public record Row(
    AppId app,
    Optional<AppName> name,
    DeploymentState state,
    boolean changedByHand,
    Place place,
    Version version,
    Waiting waiting) {

  /**
   * Which containers the app has.
   *
   * @param containerId its own
   * @param previousContainerId the one that waits, stopped, for its successor to become healthy
   * @param generation how many containers the app has had
   * @param wantedGeneration the lowest generation that will do; 0 if any
   * @param proven whether its own container was healthy once, and was not given up since
   */
  public record Version(
      Optional<ContainerId> containerId,
      Optional<ContainerId> previousContainerId,
      Hashes hashes,
      int generation,
      int wantedGeneration,
      boolean proven) {}

  /**
   * The settings by their hashes.
   *
   * @param present those that the container was made from, or that were tried last
   * @param rejected those that did not work when they were tried last
   * @param tried those that a try came to nothing with, and that are tried again
   * @param health those that the app was asked by last whether it is well
   */
  public record Hashes(
      Optional<String> present,
      Optional<String> rejected,
      Optional<String> tried,
      Optional<String> health) {}

  /**
   * What the app waits for.
   *
   * @param reason why it is as it is, and when it is looked at again
   * @param updateDueAt when what is to follow the container that runs is tried again
   */
  public record Waiting(Reason reason, Optional<Instant> updateDueAt) {}

  /** The row as it is now. */
  public static Row of(Deployment deployment) {
    var hashes =
        new Hashes(
            deployment.containers().specHash(),
            deployment.updates().rejectedSpecHash(),
            deployment.updates().triedSpecHash(),
            deployment.health().hash());
    return new Row(
        deployment.appId(),
        deployment.appName(),
        deployment.state(),
        deployment.changedByHand(),
        deployment.place(),
        new Version(
            deployment.containers().id(),
            deployment.containers().previousId(),
            hashes,
            deployment.containers().generation(),
            deployment.containers().wantedGeneration(),
            deployment.containers().areProven()),
        new Waiting(deployment.reason(), deployment.updates().dueAt()));
  }

  /** The node that has the app, or data of it; empty if none has. */
  public Optional<String> home() {
    return place
        .node()
        .filter(known -> state != DeploymentState.STOPPED || place.volume().isPresent());
  }

  /** The node that has the app, or data of it, if that is another one than the given. */
  public Optional<String> homeBut(String here) {
    return home().filter(known -> !known.equals(here));
  }

  /** Whether it counts on that container as its own. */
  public boolean isOwn(ContainerId container) {
    return version.containerId().equals(Optional.of(container));
  }

  /** Whether it counts on that container, as its own or as the one to go back to. */
  public boolean recorded(ContainerId container) {
    return isOwn(container) || version.previousContainerId().equals(Optional.of(container));
  }

  /**
   * Whether it was made from other settings than none.
   *
   * @param none the hash of no settings
   */
  public boolean hadSettings(String none) {
    return hashes().present().filter(hash -> !hash.equals(none)).isPresent();
  }

  /** Whether another container than the present one is wanted, be it of the same settings. */
  public boolean redeployWaits() {
    return version.wantedGeneration() > version.generation();
  }

  /** Whether what is to follow the container that runs waits for its next try. */
  public boolean updateWaits() {
    return waiting.updateDueAt().isPresent();
  }

  /** Whether what those settings ask for is not what there is. */
  public boolean isAnother(String specHash) {
    return redeployWaits() || differs(hashes().present(), specHash);
  }

  /**
   * Whether those settings are others than what there is, what was refused, and what was tried and
   * has the time of its next try.
   */
  public boolean areNew(String specHash) {
    boolean waits = updateWaits() || waiting.reason().nextLookAt().isPresent();
    return differs(hashes().present(), specHash)
        && !(waits && tried(specHash))
        && !refused(specHash);
  }

  /** Whether a try with those settings came to nothing, and is made again. */
  boolean tried(String specHash) {
    return is(hashes().tried(), specHash);
  }

  /** Whether those settings did not work when they were tried last. */
  boolean refused(String specHash) {
    return is(hashes().rejected(), specHash);
  }

  /**
   * Whether what runs is kept, or said to be kept, because other settings than those were tried in
   * vain or refused.
   */
  public boolean keptForOthersThan(String specHash) {
    boolean refusedOthers =
        differs(hashes().rejected(), specHash) && is(hashes().present(), specHash);
    return refusedOthers || differs(hashes().tried(), specHash);
  }

  /** Whether it is known that the app was asked by other settings than those whether it is well. */
  public boolean wasAskedByOthersThan(String healthHash) {
    return differs(hashes().health(), healthHash);
  }

  /** Whether it says that an operator holds the app. */
  public boolean isMarkedAsHeld() {
    return waiting.reason().is(FailureCode.HELD);
  }

  /** Whether it waits for the engine. */
  public boolean waitsForEngine() {
    return waiting.reason().is(FailureCode.RUNTIME_UNAVAILABLE);
  }

  /** Whether it waits for the platform's tables: its own next look finds out its settings. */
  public boolean waitsForTables() {
    return waiting.reason().is(FailureCode.PLATFORM_SCHEMA)
        && waiting.reason().nextLookAt().isPresent();
  }

  /** Whether it waits for something outside the app, and not for its own next try. */
  public boolean waitsForOthers() {
    return waiting
        .reason()
        .failureCode()
        .filter(code -> code.retryPolicy() == RetryPolicy.WAITS)
        .isPresent();
  }

  private Hashes hashes() {
    return version.hashes();
  }

  private static boolean is(Optional<String> known, String hash) {
    return known.equals(Optional.of(hash));
  }

  private static boolean differs(Optional<String> known, String hash) {
    return known.isPresent() && !is(known, hash);
  }
}
