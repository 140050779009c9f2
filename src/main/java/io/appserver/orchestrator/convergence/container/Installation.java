package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.decide.Course;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.workload.Gathered;
import io.appserver.orchestrator.convergence.workload.Steps;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The steps of an app that should run: what there is goes on, or image, volumes, the container
 * before out of the way, container, start, healthy.
 */
final class Installation implements Steps {

  private static final Logger LOG = Logger.getLogger(Installation.class.getName());

  private final Standing standing;
  private final BringUp bringUp;
  private final FailureHandling failures;
  private final Clearing clearing;
  private final Attempt attempt;
  private final Gathered seen;
  private Step next = this::standing;

  /** One of the steps; it says itself which one comes next. */
  @FunctionalInterface
  private interface Step {
    Optional<Outcome> take();
  }

  Installation(
      Standing standing,
      BringUp bringUp,
      FailureHandling failures,
      Clearing clearing,
      Attempt attempt,
      Gathered seen) {
    this.standing = standing;
    this.bringUp = bringUp;
    this.failures = failures;
    this.clearing = clearing;
    this.attempt = attempt;
    this.seen = seen;
  }

  @Override
  public Optional<Outcome> next() {
    return taken().map(outcome -> clearing.cleared(attempt, outcome));
  }

  private Optional<Outcome> taken() {
    try {
      return next.take();
    } catch (UnansweredCallException e) {
      return Optional.of(failures.ofUnanswered(attempt, e.failure()));
    } catch (DeploymentException e) {
      return Optional.of(failures.of(attempt, e.failure()));
    } catch (IllegalStateException
        | IllegalArgumentException
        | NullPointerException
        | StackOverflowError
        | LinkageError
        | AssertionError e) {
      LOG.log(
          Level.SEVERE,
          e,
          () -> "app_name=%s a fault of ours".formatted(attempt.subject().app().name()));
      return Optional.of(
          failures.of(
              attempt,
              Failure.of(FailureCode.INTERNAL_ERROR, "a fault of the orchestrator: " + e)));
    }
  }

  private Optional<Outcome> then(Step step) {
    next = step;
    return Optional.empty();
  }

  private Optional<Outcome> standing() {
    return switch (standing.of(attempt, seen.knownDetails())) {
      case Standing.Settled(Outcome outcome) -> Optional.of(outcome);
      case Standing.Needs(Course.Make make) -> then(() -> image(make));
    };
  }

  private Optional<Outcome> image(Course.Make make) {
    Image image = bringUp.image(attempt, make, seen.knownDetails().dependencies());
    return then(() -> volumes(make, image));
  }

  private Optional<Outcome> volumes(Course.Make make, Image image) {
    List<VolumeMount> volumes = bringUp.volumes(attempt, image);
    return then(() -> place(make, image, volumes));
  }

  private Optional<Outcome> place(Course.Make make, Image image, List<VolumeMount> volumes) {
    bringUp.makeRoom(attempt, make);
    return then(() -> container(image, volumes));
  }

  private Optional<Outcome> container(Image image, List<VolumeMount> volumes) {
    ContainerId made = bringUp.create(attempt, image, volumes);
    return then(() -> start(made, image));
  }

  private Optional<Outcome> start(ContainerId made, Image image) {
    bringUp.start(attempt, made);
    return then(() -> Optional.of(bringUp.awaitHealthy(attempt, made, image)));
  }
}
