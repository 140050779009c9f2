package io.appserver.orchestrator.convergence.engine;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.engine.Journal.Act;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Stage;
import io.appserver.orchestrator.convergence.work.Lane;
import io.appserver.orchestrator.convergence.work.Lanes;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.CreateResult;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.RuntimeControl;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a look has the engine do: each changing call under a live lease and with its entry in the
 * {@link Journal}.
 */
@Singleton
public final class JournaledCalls {

  /** The verb of a start, as the journal has it. */
  static final String START = "start";

  /** How long is waited for a container's end without a look at anything else. */
  private static final Duration TURN = Duration.ofSeconds(1);

  private final RuntimeControl control;
  private final RuntimeView view;
  private final Journal journal;
  private final DeploymentWriter writer;
  private final Duration stopTimeout;
  private final Pulls pulls;
  private final PullStage pullStage;
  private final Lanes lanes;

  @Inject
  public JournaledCalls(
      RuntimeControl control,
      RuntimeView view,
      Journal journal,
      DeploymentWriter writer,
      Settings settings,
      Pulls pulls,
      Lanes lanes) {
    this.control = control;
    this.view = view;
    this.journal = journal;
    this.writer = writer;
    this.stopTimeout = settings.timeouts().stop();
    this.pulls = pulls;
    this.pullStage = new PullStage(pulls, writer);
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
    return pullStage.pull(run, reference, standIn);
  }

  public void ensureNetwork(Run run, String name, Map<String, String> labels) {
    var ensure = Act.of("ensure network", name, () -> control.ensureNetwork(name, labels));
    journal.act(run, lanes.installs(), ensure.settling(done -> true));
  }

  boolean ensureVolume(Run run, String name, Map<String, String> labels) {
    Act<Boolean> ensure =
        Act.of("ensure volume", name, (Supplier<Boolean>) () -> control.ensureVolume(name, labels));
    return journal.act(run, lanes.installs(), ensure.settling(made -> true));
  }

  public void removeVolume(Run run, String name) {
    journal.act(run, lanes.ends(), Act.of("remove volume", name, () -> control.removeVolume(name)));
  }

  /**
   * Makes a container; nothing happens if its name is taken.
   *
   * @param opening stores what the call brings with it
   */
  CreateResult create(Run run, ContainerSpec spec, Journal.Opening opening) {
    var step = new Stage(Stage.Kind.CREATE, run.app()).note(Stage.IMAGE_ID, spec.imageId());
    Act<CreateResult> create =
        Act.of("create", spec.name().value(), () -> control.create(spec))
            .openedBy(opening)
            .settling(CreateResult.Created.class::isInstance); // a late one finds the name taken
    return writer.take(
        step,
        () -> {
          CreateResult result = journal.act(run, lanes.installs(), create);
          if (result instanceof CreateResult.Created(var id)) {
            step.note(Stage.CONTAINER_ID, id.value());
          }
          return result;
        });
  }

  /**
   * Starts a container that was made now.
   *
   * @param opening stores what the call brings with it
   */
  public void start(Run run, ContainerId id, Journal.Opening opening) {
    start(run, lanes.installs(), id, opening);
  }

  /** Starts a container that had run before. */
  public void startAgain(Run run, ContainerId id) {
    start(run, lanes.starts(), id, Journal.Opening.ALONE);
  }

  private void start(Run run, Lane lane, ContainerId id, Journal.Opening opening) {
    var step = new Stage(Stage.Kind.START, run.app()).note(Stage.CONTAINER_ID, id.value());
    Act<Boolean> start = Act.of(START, id.value(), () -> control.start(id)).openedBy(opening);
    writer.take(
        step,
        () -> {
          boolean succeeded = false;
          try {
            succeeded = journal.act(run, lane, start);
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
    var remove = Act.of("remove", id.value(), () -> control.remove(id));
    journal.act(run, lanes.ends(), remove.settling(done -> true));
  }

  private void change(Run run, Lane lane, String verb, ContainerId id, Runnable call) {
    journal.act(run, lane, Act.of(verb, id.value(), call));
  }
}
