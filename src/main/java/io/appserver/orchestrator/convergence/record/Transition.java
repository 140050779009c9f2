package io.appserver.orchestrator.convergence.record;

import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.HistoryEntry;
import io.appserver.orchestrator.failure.Failure;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A change of a deployment that was made and is to be stored, with what the history and the log say
 * of it.
 *
 * @param from the state before; empty for a new deployment
 * @param wasStored the state that was stored before; another one if somebody else wrote the row
 */
public record Transition(
    HistoryEntry entry,
    Optional<DeploymentState> from,
    DeploymentState wasStored,
    DeploymentState to,
    String message,
    Optional<Failure> failure) {

  /** Changes the deployment, which counts as written from then on. */
  static Transition of(
      Run run,
      Deployment deployment,
      String message,
      Optional<Failure> failure,
      Consumer<Deployment> change,
      Instant now) {
    DeploymentState before = deployment.standing().lastWrittenState().orElse(deployment.state());
    boolean first = deployment.standing().lastWrittenState().isEmpty();
    change.accept(deployment);
    deployment.written(now);
    return new Transition(
        LookHistory.entry(
            run, deployment, first ? Optional.empty() : Optional.of(before), message, failure),
        first ? Optional.empty() : Optional.of(before),
        before,
        deployment.state(),
        message,
        failure);
  }

  /** The same, with other words and no details. */
  Transition saying(String words) {
    var bare =
        new HistoryEntry(
            entry.appId(),
            entry.appName(),
            entry.node(),
            entry.actor(),
            entry.cause(),
            entry.from(),
            entry.to(),
            entry.code(),
            words,
            Map.of(),
            entry.fence());
    return new Transition(
        bare, from, wasStored, to, words, failure.map(told -> Failure.of(told.code(), words)));
  }

  /**
   * Whether the log is to have it: what changes nothing but the row stands in the history alone.
   */
  boolean isToBeLogged() {
    return isOfState() || failure.isPresent();
  }

  /** Whether the state is another one than before. */
  boolean isOfState() {
    return from.isEmpty() || wasStored != to;
  }

  TransitionLine line() {
    return new TransitionLine(
        entry.appName(), from.map(DeploymentState::name).orElse("(new)"), to, message, failure);
  }
}
