package io.appserver.orchestrator.convergence.engine;

import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Stage;
import io.appserver.orchestrator.convergence.work.FaultPoint;
import io.appserver.orchestrator.convergence.work.Lane;
import io.appserver.orchestrator.convergence.work.LaneStandsException;
import io.appserver.orchestrator.convergence.work.Lanes;
import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.convergence.work.LeaseClock;
import io.appserver.orchestrator.convergence.work.LeaseLostException;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.ContainerId;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.CreateResult;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.RuntimeControl;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.runtime.SendGuard;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;

/**
 * Changing calls to the engine, each only under a live lease and with its entry in the journal. An
 * entry left open or unanswered condemns the container it names: a late effect may come.
 */
public final class JournaledCalls {

  /** The verb of a start, as the journal has it. */
  static final String START = "start";

  /** How long is waited for a container's end without a look at anything else. */
  private static final Duration TURN = Duration.ofSeconds(1);

  private final RuntimeControl control;
  private final RuntimeView view;
  private final WorkStore work;
  private final LeaseClock leases;
  private final DeploymentWriter writer;
  private final Duration stopTimeout;
  private final Pulls pulls;
  private final Lanes lanes;

  public JournaledCalls(
      RuntimeControl control,
      RuntimeView view,
      WorkStore work,
      LeaseClock leases,
      DeploymentWriter writer,
      Duration stopTimeout,
      Pulls pulls,
      Lanes lanes) {
    this.control = control;
    this.view = view;
    this.work = work;
    this.leases = leases;
    this.writer = writer;
    this.stopTimeout = stopTimeout;
    this.pulls = pulls;
    this.lanes = lanes;
  }

  /** Whether that image is on its way for the app, or waits for its turn. */
  public boolean isPulling(Run run, ImageReference reference) {
    return pulls.isOf(run.app(), reference);
  }

  /**
   * Pulling changes no container: it needs no entry, and may go on longer than any call.
   *
   * @param standIn is kept running meanwhile
   */
  public Image pull(Run run, ImageReference reference, Optional<StandIn> standIn) {
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
    } catch (TimeoutException e) {
      tellPulled(run, pull, false);
      throw new DeploymentException(
          Failure.of(
              FailureCode.PULL_TIMEOUT,
              "timeout pulling image %s; increase APPSERVER_DOCKER_PULL_TIMEOUT, or see why the registry is slow"
                  .formatted(reference)),
          e);
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

  public void ensureNetwork(Run run, String name, Map<String, String> labels) {
    act(
        run,
        lanes.installs(),
        "ensure network",
        name,
        () -> {
          control.ensureNetwork(name, labels);
          return true;
        });
    work.settle(run.lease(), name);
  }

  boolean ensureVolume(Run run, String name, Map<String, String> labels) {
    boolean made =
        act(run, lanes.installs(), "ensure volume", name, () -> control.ensureVolume(name, labels));
    work.settle(run.lease(), name);
    return made;
  }

  public void removeVolume(Run run, String name) {
    act(
        run,
        lanes.ends(),
        "remove volume",
        name,
        () -> {
          control.removeVolume(name);
          return true;
        });
  }

  CreateResult create(Run run, ContainerSpec spec) {
    var step = new Stage(Stage.Kind.CREATE, run.app()).note(Stage.IMAGE_ID, spec.imageId());
    return writer.take(
        step,
        () -> {
          CreateResult result =
              act(run, lanes.installs(), "create", spec.name().value(), () -> control.create(spec));
          if (result instanceof CreateResult.Created(var id)) {
            step.note(Stage.CONTAINER_ID, id.value());
            work.settle(run.lease(), spec.name().value()); // a late create finds the name taken
          }
          return result;
        });
  }

  /** Starts a container that was made now. */
  public void start(Run run, ContainerId id) {
    start(run, lanes.installs(), id);
  }

  /** Starts a container that had run before. */
  public void startAgain(Run run, ContainerId id) {
    start(run, lanes.starts(), id);
  }

  private void start(Run run, Lane lane, ContainerId id) {
    var step = new Stage(Stage.Kind.START, run.app()).note(Stage.CONTAINER_ID, id.value());
    writer.take(
        step,
        () -> {
          boolean succeeded = false;
          try {
            change(run, lane, START, id, () -> control.start(id));
            succeeded = true;
            return true;
          } finally {
            boolean well = succeeded;
            writer.tell(observer -> observer.started(run.app(), well));
          }
        });
  }

  public void rename(Run run, ContainerId id, ContainerName name) {
    change(run, lanes.ends(), "rename", id, () -> control.rename(id, name));
  }

  public void resume(Run run, ContainerId id) {
    change(run, lanes.starts(), "resume", id, () -> control.resume(id));
  }

  public void reconnect(Run run, ContainerId id) {
    change(run, lanes.starts(), "reconnect", id, () -> control.reconnect(id));
  }

  /** Signal, watch, kill: the container's own end is no part of a call. */
  void stop(Run run, ContainerId id) {
    change(run, lanes.ends(), "terminate", id, () -> control.terminate(id));
    boolean exited = awaitExit(run, id);
    if (!exited) {
      change(run, lanes.ends(), "kill", id, () -> control.kill(id));
    }
    writer.tell(observer -> observer.stopped(run.app(), !exited));
  }

  private boolean awaitExit(Run run, ContainerId id) {
    return run.aside(() -> hasExited(run, id));
  }

  /** In turns, so that an instance that is to end does not wait for a container that will not. */
  private boolean hasExited(Run run, ContainerId id) {
    Duration left = stopTimeout;
    while (left.isPositive()) {
      Duration turn = left.compareTo(TURN) < 0 ? left : TURN;
      if (view.awaitExit(id, turn)) {
        return true;
      }
      run.requireStaying();
      left = left.minus(turn);
    }
    return false;
  }

  void remove(Run run, ContainerId id) {
    change(run, lanes.ends(), "remove", id, () -> control.remove(id));
    work.settle(run.lease(), id.value());
  }

  private void change(Run run, Lane lane, String verb, ContainerId id, Runnable call) {
    act(
        run,
        lane,
        verb,
        id.value(),
        () -> {
          call.run();
          return true;
        });
  }

  /** A slow call holds up nobody: see {@link Lanes}. */
  private <T> T act(Run run, Lane lane, String verb, String target, Supplier<T> call) {
    return run.aside(() -> {
      Lane.Place place = enter(run, lane, verb, target);
      try {
        return journaled(run.lease(), verb, target, call);
      } finally {
        place.leave();
      }
    });
  }

  private static Lane.Place enter(Run run, Lane lane, String verb, String target) {
    try {
      return lane.enter(run.cancellation());
    } catch (LaneStandsException e) {
      throw new UnreachableException(
          Failure.of(
              FailureCode.ENGINE_BUSY,
              "The engine was not asked to %s %s yet: of the calls of that kind %s. It is asked again."
                  .formatted(verb, target, e.getMessage())),
          e);
    }
  }

  /**
   * The call may last longer than a lease, which is prolonged meanwhile. It is not sent without
   * one, and its answer is no reason to go on if the lease was lost.
   */
  private <T> T journaled(Lease lease, String verb, String target, Supplier<T> call) {
    long asked = leases.now();
    long entry = work.begin(lease, LeaseClock.TTL, verb, target);
    leases.prolonged(lease, asked);
    FaultPoint.pass(verb, "opened");
    T answer = answer(entry, lease, verb, target, call);
    work.end(entry, WorkStore.ActOutcome.DONE);
    FaultPoint.pass(verb, "closed");
    leases.requireAlive(lease);
    return answer;
  }

  private <T> T answer(long entry, Lease lease, String verb, String target, Supplier<T> call) {
    try {
      leases.requireTimeToSend(lease);
      FaultPoint.pass(verb, "asked");
      T answer = SendGuard.under(() -> leases.requireTimeToSend(lease), call);
      FaultPoint.pass(verb, "answered");
      return answer;
    } catch (UnansweredCallException e) {
      work.end(entry, WorkStore.ActOutcome.UNANSWERED);
      throw e;
    } catch (TimeoutException e) {
      work.end(entry, WorkStore.ActOutcome.UNANSWERED);
      throw new UnansweredCallException(
          "the engine did not answer in time when asked to %s %s".formatted(verb, target), e);
    } catch (LeaseLostException | DeploymentException e) {
      work.end(entry, WorkStore.ActOutcome.REFUSED); // nothing was sent, or it was refused
      throw e;
    }
  }
}
