package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.ConvergenceByHand;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.operation.Operations;
import io.appserver.orchestrator.convergence.operation.OperationsByHand;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.LookObserver;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.supervision.SupervisionByHand;
import io.appserver.orchestrator.supervision.SupervisionOnCall;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/** One running orchestrator: the real parts, on the stage's threads and time. */
final class Instance {

  static final String INSTALLATION = "test";

  /** How often it asks whether it is its turn to watch, and looks what is due. */
  private static final Duration WATCH = Duration.ofSeconds(5);

  private static final Duration TURN = Duration.ofSeconds(10);

  final String name;
  final Identity identity;
  final ConvergenceService convergence;
  final Operations operations;
  private final World world;
  private final StagedExecutor executor;
  private final SupervisionOnCall supervision;
  private final Semaphore news = new Semaphore(0);
  boolean frozen;
  private boolean stopping;

  Instance(World world, String name, WorkStore work, Settings settings) {
    this.world = world;
    this.name = name;
    var runtime =
        new StagedRuntime(
            world.stage,
            world.engine,
            (verb, target) -> world.begins(this, verb, target),
            world::slowness,
            world::someCallIsLate,
            world.lines);
    identity =
        new Identity(
            INSTALLATION,
            world.node,
            UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    executor = new StagedExecutor(world.stage, name, this::busy, world.mostWorkers);
    var stores =
        new ConvergenceByHand.Stores(
            world.database.transactions(),
            work,
            world::beat,
            world.deployments,
            world.volumes,
            world.requests,
            world.catalog);
    var threads = new ConvergenceByHand.Threads(executor, executor, world.stage);
    convergence =
        new ConvergenceByHand(
                settings,
                stores,
                new ConvergenceByHand.Engine(runtime, runtime, runtime),
                new DeploymentWriter(
                    world.database.transactions(),
                    work,
                    world.deployments,
                    world.stage,
                    List.of(world),
                    List.<LookObserver>of()),
                threads)
            .service();
    operations = OperationsByHand.of(stores, world.nodes, convergence, () -> identity);
    supervision =
        new SupervisionOnCall(
            new SupervisionByHand(
                settings, identity, convergence, stores, runtime, runtime, threads));
  }

  void start() {
    convergence.start(identity);
    supervision.reconcile(Cause.START_UP);
    news.release();
    world.stage.enter(name, "supervisor", () -> true, this::supervise);
  }

  private boolean busy() {
    return convergence.busy() > 0;
  }

  private void supervise() {
    while (!stopping) {
      world.stage.tryAcquire(news, WATCH);
      news.drainPermits();
      try {
        if (!hasItsName()) {
          stopping = true; // as the server's process ends
          world.ended(this);
        } else if (world.nodes.supervise(identity.node(), identity.instance(), TURN).watches()) {
          world.watches(this);
          supervision.turn();
        }
      } catch (LostTransaction e) {
        supervision.reconcile(Cause.INTERVAL); // of the turn; the loop sees to its own
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  boolean awake() {
    return !frozen && !stopping && hasItsName();
  }

  /** Whether its node was not renamed since it began. */
  private boolean hasItsName() {
    return identity.node().equals(world.node);
  }

  void heard(EngineEvent event) {
    supervision.heard(event);
    news.release();
  }

  void reconcile(Cause cause) {
    supervision.reconcile(cause);
    news.release();
  }

  void signal(AppName app, Cause cause) {
    convergence.signal(app, cause);
  }

  /** It goes without a word. */
  void kill() {
    executor.shutdown();
    world.stage.kill(name);
  }

  /** It is asked to stop, and does so in time. */
  void stop() {
    stopping = true;
    supervision.stop();
    world.stage.enter(
        name,
        "stopper",
        () -> false,
        () -> {
          try {
            convergence.stop(Duration.ofSeconds(10));
          } catch (LostTransaction e) {
            world.tell(name + " could not give its leases back");
          } finally {
            executor.shutdown();
            world.ended(this);
          }
        });
  }

  /** Its probes fail, and somebody is told. */
  void sick(AppName app) {
    signal(app, Cause.PROBES_FAILED);
  }

  /** One of its threads alone stands still. */
  void freezeOne(int which) {
    List<Staging.Actor> actors =
        world.stage.of(name).stream().filter(actor -> !actor.isBackground()).toList();
    if (!actors.isEmpty()) {
      actors.get(which % actors.size()).freeze(true);
    }
  }

  void freeze(boolean now) {
    frozen = now;
    world.stage.of(name).forEach(actor -> actor.freeze(now));
  }
}
