package io.appserver.orchestrator.convergence.record;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.FaultPoint;
import io.appserver.orchestrator.convergence.work.LeaseLostException;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.Transactions;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.StorableText;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Writes deployments for looks: each transition under a live lease, with its line in the history
 * and in the log. Only a node that is retired has its apps written by {@code NodeRetirement}:
 * nobody holds a lease there.
 */
@Singleton
public class DeploymentWriter {

  private static final Logger LOG = Logger.getLogger(DeploymentWriter.class.getName());

  /** Stands for words that the database refused. */
  private static final String UNSTORABLE =
      "the database refused to store what was said of this; the orchestrator's log says when";

  private final Transactions transactions;
  private final WorkStore work;
  private final Deployments deployments;
  private final TimeSource time;
  private final LookHistory history;
  private final Observers observers;

  @Inject
  public DeploymentWriter(
      Transactions transactions,
      WorkStore work,
      Deployments deployments,
      @Any Instance<ConvergenceObserver> observers,
      @Any Instance<LookObserver> lookObservers) {
    this(
        transactions,
        work,
        deployments,
        TimeSource.REAL,
        (Iterable<ConvergenceObserver>) observers,
        (Iterable<LookObserver>) lookObservers);
  }

  public DeploymentWriter(
      Transactions transactions,
      WorkStore work,
      Deployments deployments,
      TimeSource time,
      Iterable<ConvergenceObserver> observers,
      Iterable<LookObserver> lookObservers) {
    this.transactions = transactions;
    this.work = work;
    this.deployments = deployments;
    this.time = time;
    this.history = new LookHistory(deployments);
    this.observers = new Observers(observers, lookObservers);
  }

  /**
   * Changes the deployment and stores it, with the message in the history. Returns it as stored.
   */
  public Deployment write(
      Run run, Deployment deployment, String message, Consumer<Deployment> change) {
    return write(run, deployment, message, Optional.empty(), change);
  }

  /** As {@link #write(Run, Deployment, String, Consumer)}, for a failure. */
  public Deployment write(
      Run run, Deployment deployment, Failure failure, Consumer<Deployment> change) {
    return write(run, deployment, failure.message(), Optional.of(failure), change);
  }

  private Deployment write(
      Run run,
      Deployment deployment,
      String message,
      Optional<Failure> failure,
      Consumer<Deployment> change) {
    Transition transition = transition(run, deployment, message, failure, change);
    return store(run, () -> check(run), deployment, List.of(transition), () -> {});
  }

  /** Changes the deployment; {@link #store} is to follow. */
  public Transition transition(
      Run run,
      Deployment deployment,
      String message,
      Optional<Failure> failure,
      Consumer<Deployment> change) {
    return Transition.of(run, deployment, message, failure, change, time.clock().instant());
  }

  /**
   * Holds the row of the run's lease until the present transaction ends.
   *
   * @throws LeaseLostException unless it is ours and alive
   */
  public void check(Run run) {
    work.check(run.lease());
  }

  /**
   * Stores a deployment as it is, and all that is to be told of its changes since it was stored
   * last. Returns it as stored.
   *
   * @param check is done first, in the same transaction: {@link #check}, or what does the same
   * @param also is done last, in the same transaction
   */
  public Deployment store(
      Run run, Runnable check, Deployment deployment, List<Transition> transitions, Runnable also) {
    Deployment saved =
        whateverTheWords(
            run,
            () -> stored(check, deployment, transitions, also),
            () -> {
              deployment.withoutReasonMessage(UNSTORABLE);
              List<Transition> bare =
                  transitions.stream().map(told -> told.saying(UNSTORABLE)).toList();
              return stored(check, deployment, bare, also);
            });
    FaultPoint.pass(saved.state().code(), "committed");
    transitions.forEach(this::tell);
    return saved;
  }

  private void tell(Transition transition) {
    if (transition.isToBeLogged()) {
      log(transition.line());
    }
    if (transition.isOfState()) {
      tell(observer ->
          observer.transitioned(
              transition.entry().appName(),
              transition.wasStored(),
              transition.to(),
              transition.failure()));
    }
  }

  /** Changes the deployment and stores it, where the history and the log have it all already. */
  public Deployment writeUntold(Run run, Deployment deployment, Consumer<Deployment> change) {
    change.accept(deployment);
    Deployment saved =
        transactions.required(() -> {
          work.check(run.lease());
          return deployments.save(deployment, time.clock().instant());
        });
    FaultPoint.pass(deployment.state().code(), "committed");
    return saved;
  }

  private Deployment stored(
      Runnable check, Deployment deployment, List<Transition> transitions, Runnable also) {
    return transactions.required(() -> {
      check.run();
      Deployment saved = deployments.save(deployment, time.clock().instant());
      history.written(transitions.stream().map(Transition::entry).toList());
      FaultPoint.pass(saved.state().code(), "written");
      also.run();
      return saved;
    });
  }

  /**
   * Stores with the words that tell of it. What is decided does not depend on them: if the database
   * refuses them, it is stored without, and the log says so.
   */
  private static <T> T whateverTheWords(Run run, Supplier<T> inFull, Supplier<T> bare) {
    try {
      return inFull.get();
    } catch (RuntimeException e) {
      if (!StorableText.refused(e)) {
        throw e;
      }
      T stored = bare.get();
      LOG.log(
          Level.WARNING,
          e,
          () ->
              "app_name=%s the database refused the words and details of an entry; it is stored without them"
                  .formatted(run.app()));
      return stored;
    }
  }

  /** Several writes as one: a process that ends between them has written none. */
  public void together(Runnable writes) {
    transactions.required(() -> {
      writes.run();
      return true;
    });
  }

  /** What is read together is of one moment, and costs one transaction. */
  public <T> T reading(Supplier<T> reads) {
    return transactions.required(reads);
  }

  /** Writes something else about the app, under the lease. */
  public void keep(Run run, Runnable write) {
    transactions.required(() -> {
      work.check(run.lease());
      write.run();
      return true;
    });
    FaultPoint.pass("volume", "committed");
  }

  /** Notes in the history what was seen or done without a change of state. */
  public void note(Run run, Optional<Deployment> deployment, String message) {
    transactions.required(() -> {
      work.check(run.lease());
      history.noted(run, deployment, message);
      return true;
    });
    FaultPoint.pass("note", "committed");
    LOG.info(() -> "app_name=%s %s".formatted(run.app(), message));
  }

  /** Stores what the look came to; returns whether signals came meanwhile. */
  public boolean handled(Run run, Outcome outcome) {
    boolean signalled =
        whateverTheWords(
            run,
            () -> handled(run, outcome, outcome.result()),
            () -> handled(run, outcome, outcome.result().saying(UNSTORABLE)));
    FaultPoint.pass("look", "committed");
    return signalled;
  }

  private boolean handled(Run run, Outcome outcome, Look.Result result) {
    long seq = run.claim().signalSeq();
    var more = new AtomicBoolean();
    Runnable handled = () -> more.set(work.handled(run.lease(), seq, outcome.wakeAfter()));
    Runnable told =
        () -> {
          observers.looked(new Look(run.app(), seq, outcome.wanted(), result));
          FaultPoint.pass("look", "written");
        };
    if (outcome.unstored().isPresent()) {
      outcome.unstored().get().store(handled, told);
    } else {
      together(() -> {
        handled.run();
        told.run();
      });
    }
    return more.get();
  }

  /** Signals the apps, as part of the present transaction or on its own. */
  public void signal(Run run, List<AppName> apps, Cause cause) {
    transactions.required(() -> {
      apps.stream().sorted().forEach(app -> work.signal(run.lease().node(), app, cause));
      transactions.afterCommit(() -> FaultPoint.pass("signals", "committed"));
      return true;
    });
  }

  /** Signals the app of the run at that node. */
  public void signalAt(Run run, String node, Cause cause) {
    transactions.required(() -> work.signalAt(node, run.app(), cause));
  }

  /** Takes the step before the eyes of the observers. */
  public <T> T take(Stage stage, Supplier<T> work) {
    return observers.take(stage, work);
  }

  public void tell(Consumer<ConvergenceObserver> event) {
    observers.tell(event);
  }

  private static void log(TransitionLine line) {
    LOG.log(line.failure().isPresent() ? Level.WARNING : Level.INFO, line::text);
  }
}
