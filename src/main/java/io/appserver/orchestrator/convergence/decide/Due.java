package io.appserver.orchestrator.convergence.decide;

import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerLabels;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether an app that should run is due to be tried, and with which of its containers it is well
 * served.
 *
 * @param specHash of what the app is asked to be now
 * @param now the moment of the look
 */
public record Due(Row row, Call call, String specHash, Instant now) {

  /** Whether there is a reason to try again what failed, or what pauses. */
  public boolean isWoken() {
    return call.renews()
        || call.askedAnew()
        || row.areNew(specHash)
        || (row.state() == DeploymentState.FAILED && row.redeployWaits())
        || row.changedByHand();
  }

  /** Whether it has failed, and stays so. */
  public boolean isOver() {
    return row.state() == DeploymentState.FAILED && !isWoken();
  }

  /**
   * How long it pauses before its next try; empty if that is now. What runs is not held up by a
   * pause, which is that of its update. A pause longer than any was written by a clock that was
   * wrong, or by hand.
   */
  public Optional<Duration> pause() {
    boolean runs = row.state() == DeploymentState.HEALTHY;
    if (runs || isWoken() || row.waitsForOthers() || call.endsPause()) {
      return Optional.empty();
    }
    Duration longest =
        row.waiting().reason().failureCode().orElse(FailureCode.INTERNAL_ERROR).longestPause();
    return row.waiting()
        .reason()
        .nextLookAt()
        .filter(at -> isAhead(at, longest))
        .map(at -> Duration.between(now, at));
  }

  /** Whether it is left as it is, and how long. */
  public Optional<Course.Rest> rest() {
    return isOver()
        ? Optional.of(new Course.Rest(Optional.empty()))
        : pause().map(pause -> new Course.Rest(Optional.of(pause)));
  }

  /** Until when what runs is kept, because what is to follow it was tried in vain. */
  public Optional<Instant> keptUntil() {
    boolean undisturbed = isMereRestart() || !(isWoken() || call.endsPause());
    return row.waiting()
        .updateDueAt()
        .filter(due -> row.tried(specHash))
        .filter(due -> undisturbed && isAhead(due, FailureCode.LONGEST_PAUSE));
  }

  /** An operator wants what runs restarted, and nothing else is new. */
  private boolean isMereRestart() {
    return switch (row.state()) {
      case HEALTHY, RESTARTING, STARTING -> call.restart();
      case PENDING, PULLING, CREATING, UNHEALTHY, STOPPING, STOPPED, FAILED -> false;
    };
  }

  private boolean isAhead(Instant at, Duration atMost) {
    return now.isBefore(at) && !at.isAfter(now.plus(atMost));
  }

  /**
   * Whether a container was made from what the app is asked to be now, or from what it was before
   * that was refused.
   */
  public boolean isServedBy(ContainerLabels container) {
    boolean refused = row.refused(specHash) && !call.renews();
    String wanted = refused ? row.version().hashes().present().orElse(specHash) : specHash;
    return container.appId().equals(row.app())
        && container.specHash().equals(wanted)
        && container.generation() >= row.version().wantedGeneration();
  }

  /**
   * With which of the containers it goes on.
   *
   * @param anew whether it begins anew after it was given up, or was held before it was ever
   *     healthy: then a container that does not run is of no use
   */
  public Course.Followed course(List<Seen> seen, boolean anew) {
    Optional<Instant> until = keptUntil();
    Optional<Seen> own =
        seen.stream()
            .filter(container -> row.isOwn(container.id()))
            .filter(container -> until.isPresent() || isTrusted(container))
            .filter(container -> container.usable() && (container.running() || !anew))
            .findFirst();
    if (own.isEmpty()) {
      return new Course.Make(Optional.empty(), anew);
    }
    Seen kept = own.get();
    if (kept.labels().filter(this::isServedBy).isPresent()) {
      return new Course.Keep(kept.id(), Optional.empty(), kept.distrusted());
    }
    return until.isPresent()
        ? new Course.Keep(kept.id(), until, kept.distrusted())
        : new Course.Make(Optional.of(kept.id()), false);
  }

  /**
   * How it goes on where its settings are wrong: then they have the blank hash.
   *
   * @param told whether its row says what is wrong with them
   */
  public Course.Refused courseOfWrong(List<Seen> seen, boolean told) {
    boolean woken = call.renews() || row.changedByHand();
    if (row.state() == DeploymentState.FAILED) {
      return told && !woken ? new Course.Rest(Optional.empty()) : new Course.Fail();
    }
    if (!row.refused(specHash) || !row.version().proven()) {
      return new Course.Fail();
    }
    Optional<Instant> next = row.waiting().reason().nextLookAt().filter(now::isBefore);
    if (row.state() == DeploymentState.RESTARTING && next.isPresent() && !woken) {
      return new Course.Rest(next.map(at -> Duration.between(now, at)));
    }
    return seen.stream()
        .filter(container -> row.isOwn(container.id()) && container.usable())
        .findFirst()
        .<Course.Refused>map(own -> new Course.Keep(own.id(), Optional.empty(), own.distrusted()))
        .orElseGet(Course.Fail::new);
  }

  /**
   * One that is to be distrusted is of use only where the present settings do not make another of
   * its version: the version is worth more. Neither do settings whose update was refused: what they
   * make is what was refused.
   */
  private boolean isTrusted(Seen container) {
    boolean another =
        row.refused(specHash)
            || container.labels().filter(labels -> labels.specHash().equals(specHash)).isEmpty();
    return another || !container.distrusted();
  }
}
