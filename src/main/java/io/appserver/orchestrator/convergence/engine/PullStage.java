package io.appserver.orchestrator.convergence.engine;

import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Stage;
import io.appserver.orchestrator.convergence.work.FaultPoint;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ImageReference;
import java.time.Duration;
import java.util.Optional;

/**
 * The pull of an image, as a stage of a look: the observers are told of it, and the version before
 * is kept up meanwhile.
 */
final class PullStage {

  private final Pulls pulls;
  private final DeploymentWriter writer;

  PullStage(Pulls pulls, DeploymentWriter writer) {
    this.pulls = pulls;
    this.writer = writer;
  }

  /**
   * @param standIn is kept running meanwhile
   */
  Image pull(Run run, ImageReference reference, Optional<StandIn> standIn) {
    run.checkpoint();
    var step = new Stage(Stage.Kind.PULL, run.app()).note(Stage.IMAGE, reference.toString());
    return writer.take(
        step,
        () -> {
          Image image = pulled(run, reference, standIn);
          step.note(Stage.IMAGE_ID, image.id());
          return image;
        });
  }

  private Image pulled(Run run, ImageReference reference, Optional<StandIn> standIn) {
    writer.tell(observer -> observer.pulling(run.app(), reference));
    Pulls.Pull pull = pulls.of(run.app(), reference);
    try {
      standIn.ifPresent(container -> keepUp(run, container, pull));
      Image image = pulls.await(run, pull);
      FaultPoint.pass("pull", "answered");
      tellPulled(run, pull, true);
      return image;
    } catch (DeploymentException e) {
      tellPulled(run, pull, false);
      throw e;
    }
  }

  /** Returns once it runs or the pull is over. That it ends later is news, and a reason to look. */
  private void keepUp(Run run, StandIn container, Pulls.Pull pull) {
    while (!pull.isOver() && container.isDown()) {
      pulls.await(run, pull, pull.restOfStandIn());
      if (!pull.isOver()) {
        pull.standInIsStarted();
        container.start();
      }
    }
  }

  /** A pull that was cancelled is neither. */
  private void tellPulled(Run run, Pulls.Pull pull, boolean well) {
    Duration took = pull.age();
    writer.tell(observer -> observer.pulled(run.app(), took, well));
  }
}
