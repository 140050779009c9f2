package io.appserver.orchestrator.convergence.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.app.jpa.PlatformTables;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.container.ContainersByHand;
import io.appserver.orchestrator.convergence.decide.Answer;
import io.appserver.orchestrator.convergence.decide.Desired;
import io.appserver.orchestrator.convergence.decide.Facts;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.engine.EngineOutage;
import io.appserver.orchestrator.convergence.engine.Journal;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.engine.Pulls;
import io.appserver.orchestrator.convergence.engine.VerdictSuspension;
import io.appserver.orchestrator.convergence.jpa.JdbcHeartbeat;
import io.appserver.orchestrator.convergence.jpa.JpaWorkStore;
import io.appserver.orchestrator.convergence.operation.OperatorRequest;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Claim;
import io.appserver.orchestrator.convergence.work.Heartbeat;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Lane;
import io.appserver.orchestrator.convergence.work.Lanes;
import io.appserver.orchestrator.convergence.work.LeaseClock;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.deployment.jpa.JpaDeployments;
import io.appserver.orchestrator.deployment.jpa.JpaVolumes;
import io.appserver.orchestrator.failure.RecurringTask;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.RuntimeControl;
import io.appserver.orchestrator.runtime.RuntimeFixture;
import io.appserver.orchestrator.testing.Patience;
import io.appserver.orchestrator.testing.TestDatabase;
import io.appserver.orchestrator.testing.Workshop;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A workload control on an engine and the real database, with no service around it: each step of a
 * look is a test's own. Every call that changes something at the engine is noted.
 */
final class WorkloadBench implements AutoCloseable {

  /** How often what ends is started again. */
  static final int MOST_RESTARTS = 3;

  private static final String NODE = "node";

  /** More than any app takes to come to rest, whatever befell one of its calls. */
  private static final int MOST_LOOKS = 9;

  /** The changing calls so far, as {@code create app-todos}. */
  final List<String> calls = new CopyOnWriteArrayList<>();

  /** The containers that were asked whether they are well. */
  final List<ContainerId> probed = new CopyOnWriteArrayList<>();

  /** The control under test. */
  final WorkloadControl control;

  /** The engine's own calls, which nobody notes. */
  final RuntimeControl engine;

  private final RuntimeFixture runtime;
  private final TestDatabase database = TestDatabase.create();
  private final WorkStore work;
  private final Deployments deployments;
  private final Volumes volumes;
  private final AppCatalog catalog;
  private final DeploymentWriter writer;
  private final TimeSource time = TimeSource.REAL;
  private final LeaseClock leases = new LeaseClock(time::nanoTime);
  private final Identity identity;
  private final Lane looks = new Lane(4, time);
  private final Map<String, Runnable> happenings = new ConcurrentHashMap<>();
  private final AtomicReference<Optional<Mishap>> mishap = new AtomicReference<>(Optional.empty());
  private final Set<String> madeVolumes = new ConcurrentSkipListSet<>();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
  private final Future<?> heartbeat;

  /** What becomes of one of the changing calls, but for pulls. */
  enum Fate {
    /** It is done, and the process ends before it hears of it. */
    PROCESS_ENDS,
    /** It is done, and the answer is lost. */
    ANSWER_LOST,
    /** It is not done, and there is no answer. */
    CALL_LOST
  }

  /**
   * A fate for one call.
   *
   * @param left how many calls there are before it
   */
  private record Mishap(Fate fate, int left) {}

  WorkloadBench(RuntimeFixture runtime) {
    this.runtime = runtime;
    this.engine = runtime.control();
    var entities = database.entities();
    work = database.transactional(WorkStore.class, new JpaWorkStore(entities));
    deployments = database.transactional(Deployments.class, new JpaDeployments(entities));
    volumes = database.transactional(Volumes.class, new JpaVolumes(entities));
    catalog = database.transactional(AppCatalog.class, new PlatformTables(entities));
    writer =
        new DeploymentWriter(
            database.transactions(), work, deployments, time, List.of(), List.of());
    identity = new Identity(runtime.installation(), NODE, UUID.randomUUID());
    control = control();
    database.execute("INSERT INTO orchestrator_node (name, engine_id) VALUES ('node', 'any')");
    heartbeat = prolongLeases();
  }

  private WorkloadControl control() {
    Settings settings = settings();
    RuntimeControl noted = noted(engine);
    HealthProbe probe = runtime.probe();
    var calls =
        new JournaledCalls(
            noted,
            runtime.view(),
            new Journal(work, leases),
            writer,
            settings,
            new Pulls(noted, executor, settings, time),
            Lanes.of(4, Lanes.PATIENCE, time));
    return new ContainersByHand(
            settings,
            catalog,
            deployments,
            volumes,
            runtime.view(),
            (container, check, timeout) -> {
              probed.add(container.id());
              return probe.probe(container, check, timeout);
            },
            writer)
        .control(
            identity,
            calls,
            work,
            time,
            new EngineOutage(runtime.view(), time),
            new VerdictSuspension());
  }

  private Settings settings() {
    Settings all = Workshop.settings(Patience.CONDITION);
    return new Settings(
        all.eventbusEnabled(),
        all.dockerEnabled(),
        all.broker(),
        all.database(),
        all.engine(),
        new Settings.Registry(
            runtime.registry(), all.registry().username(), all.registry().password()),
        new Settings.Containers(
            runtime.network(), "app-", false, 1024, 64, 100, "latest", MOST_RESTARTS, 4),
        all.timeouts(),
        all.healthChecks(),
        all.reconciliation(),
        all.apps(),
        all.access());
  }

  private RuntimeControl noted(RuntimeControl calledThen) {
    return (RuntimeControl)
        Proxy.newProxyInstance(
            RuntimeControl.class.getClassLoader(),
            new Class<?>[] {RuntimeControl.class},
            (self, method, arguments) -> {
              String verb = method.getName();
              String target =
                  arguments[0] instanceof ContainerSpec spec
                      ? spec.name().value()
                      : arguments[0].toString();
              if (verb.equals("ensureVolume")) {
                madeVolumes.add(target);
              }
              calls.add(verb + " " + target);
              Optional<Fate> fate = verb.equals("pull") ? Optional.empty() : fateOfCall();
              try {
                if (fate.equals(Optional.of(Fate.CALL_LOST))) {
                  throw new UnansweredCallException(verb + " was lost", null);
                }
                Object answer = method.invoke(calledThen, arguments);
                Optional.ofNullable(happenings.remove(verb)).ifPresent(Runnable::run);
                if (fate.equals(Optional.of(Fate.ANSWER_LOST))) {
                  throw new UnansweredCallException("the answer to " + verb + " was lost", null);
                }
                if (fate.isPresent()) {
                  throw new CancelledException("the process ends after " + verb);
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Future<?> prolongLeases() {
    Heartbeat store = new JdbcHeartbeat(database.dataSource());
    var beat =
        new RecurringTask(
            "the heartbeat",
            () -> {
              long asked = leases.now();
              leases.prolonged(store.beat(identity.instance(), LeaseClock.TTL), asked);
            });
    return beat.atRate(scheduler, Duration.ZERO, LeaseClock.HEARTBEAT);
  }

  private Optional<Fate> fateOfCall() {
    Optional<Mishap> before =
        mishap.getAndUpdate(
            one -> one.filter(m -> m.left() > 0).map(m -> new Mishap(m.fate(), m.left() - 1)));
    return before.filter(m -> m.left() == 0).map(Mishap::fate);
  }

  /** That befalls the changing call that comes after so many others, pulls apart. */
  void befall(int after, Fate fate) {
    mishap.set(Optional.of(new Mishap(fate, after)));
  }

  /** Nothing befalls calls from now on. Returns whether there was such a call. */
  boolean befell() {
    return mishap.getAndSet(Optional.empty()).isEmpty();
  }

  /** Happens once, after the next call of that verb. */
  void after(String verb, Runnable happening) {
    happenings.put(verb, happening);
  }

  /** An installed app that nobody else has, made of the test image of that name. */
  App app(String image) {
    AppName name = runtime.app();
    runtime.offer(name, image);
    return registered(name);
  }

  private App registered(AppName name) {
    database.execute(
        "INSERT INTO apps VALUES ('%s', '%s', 'installed')".formatted(UUID.randomUUID(), name));
    return catalog.find(name).orElseThrow();
  }

  /** The platform forgets the app, and has another one of its name. */
  App registeredAnew(App app) {
    database.execute("DELETE FROM apps WHERE id = '%s'".formatted(app.id()));
    return registered(app.name());
  }

  void setting(App app, String key, String value) {
    database.execute(
        "INSERT INTO settings VALUES ('%s', '%s', '%s')".formatted(app.id(), key, value));
  }

  /** The first app cannot do without the second. */
  void needs(App app, App needed) {
    database.execute(
        "INSERT INTO dependencies VALUES ('%s', '%s', 'hard')".formatted(app.id(), needed.id()));
  }

  /** Whether somebody is to look at the app. */
  boolean isSignalled(App app) {
    return !database
        .rows(
            "SELECT app_name FROM orchestrator_work WHERE signal_seq > handled_seq AND app_name = '%s'"
                .formatted(app.name()))
        .isEmpty();
  }

  /** Makes a volume of that name at the engine. */
  void volume(String name, Map<String, String> labels) {
    madeVolumes.add(name);
    engine.ensureVolume(name, labels);
  }

  /** Those of the volumes that were made which are still there. */
  List<String> volumesThere() {
    return madeVolumes.stream().filter(name -> runtime.view().volume(name).isPresent()).toList();
  }

  /** The app's volumes, as they are noted. */
  List<DataVolume> volumesOf(App app) {
    return volumes.of(app.name());
  }

  /** The notes of them are lost. */
  void forgetVolumesOf(App app) {
    database.execute("DELETE FROM orchestrator_volume WHERE app_name = '%s'".formatted(app.name()));
  }

  DataVolume dataVolume(App app, AppId owner, String name) {
    return DataVolume.of(NODE, name, owner, app.name(), "/data", DataVolume.Origin.SETTING, true);
  }

  /** Takes the app's lease for that reason. */
  Run run(App app, Cause cause) {
    work.signalAt(NODE, app.name(), cause);
    return claimed(app.name(), 0);
  }

  /** Takes the lease anew, with a fence above that one. */
  Run runAbove(Run run, long fence) {
    work.release(run.lease());
    return claimed(run.app(), fence);
  }

  private Run claimed(AppName app, long seenFence) {
    long asked = leases.now();
    Claim claim =
        work.claim(NODE, app, identity.instance(), LeaseClock.TTL, seenFence).orElseThrow();
    leases.taken(claim.lease(), asked);
    return new Run(claim, new Cancellation(), leases, new Run.Place(looks), time, () -> false);
  }

  /** The run is over, and nobody heard what came of it. */
  void breakOff(Run run) {
    work.release(run.lease());
    leases.forget(run.app());
  }

  /** Another instance has the lease from now on; the run does not know it. */
  void takeFrom(Run run) {
    work.release(run.lease());
    assertThat(work.claim(NODE, run.app(), UUID.randomUUID(), LeaseClock.TTL, 0)).isPresent();
  }

  /** The database is put back to a state in which no lease was ever given. */
  void forgetLeases() {
    database.execute("DELETE FROM orchestrator_act; DELETE FROM orchestrator_work");
  }

  /** What a look does: gathers, and takes the app as far as it goes now. */
  Outcome advance(Run run) {
    return take(run, Integer.MAX_VALUE).orElseThrow();
  }

  /**
   * Takes that many steps at most, and leaves it there: what is not stored yet is lost.
   *
   * @return what the look came to; empty if there were more steps to take
   */
  Optional<Outcome> take(Run run, int most) {
    Gathered seen = gathered(run, control.find(run));
    App app = seen.app().orElseThrow();
    var begun = new Deployment(app.id(), app.name(), NODE, time.clock().instant());
    var subject = new Subject(run, app, seen.own().orElse(begun), writer, time.clock());
    if (seen.own().isEmpty()) {
      subject.later("wanted", Deployment::pending);
    }
    Steps steps = control.steps(subject, seen);
    Optional<Outcome> outcome = Optional.empty();
    for (int taken = 0; outcome.isEmpty() && taken < most; taken++) {
      run.checkpoint();
      outcome = steps.next();
    }
    if (outcome.isPresent()) {
      subject.store();
    }
    return outcome;
  }

  private Gathered gathered(Run run, Workload found) {
    return database
        .transactions()
        .required(() -> {
          App app = catalog.find(run.app()).orElseThrow();
          List<Deployment> rows = deployments.named(run.app());
          var facts =
              new Facts(
                  NODE,
                  new Desired.Installed(app),
                  false,
                  Optional.empty(),
                  rows.stream().map(Row::of).toList(),
                  new Answer.Unasked<>(),
                  new Answer.Known<>(found.instances()));
          return new Gathered(
              facts,
              Optional.of(app),
              rows,
              deployments.find(app.id()),
              OperatorRequest.NONE,
              new Answer.Known<>(catalog.details(app.id())),
              control.settle(run, found, control.recall(run.lease())));
        });
  }

  /** A whole look, for that reason. */
  Outcome look(App app, Cause cause) {
    Run run = run(app, cause);
    Outcome outcome = advance(run);
    end(run, outcome);
    return outcome;
  }

  /** The run is over, and it is stored what came of it. */
  void end(Run run, Outcome outcome) {
    writer.handled(run, outcome);
    leases.forget(run.app());
  }

  /** Looks at the app until it need not be looked at again soon; pauses are ended. */
  Outcome settle(App app) {
    Outcome outcome = look(app, Cause.INTERVAL);
    for (int looks = 0; isWaiting(outcome) && looks < MOST_LOOKS; looks++) {
      outcome = look(app, Cause.REGISTRY_BACK);
    }
    return outcome;
  }

  private static boolean isWaiting(Outcome outcome) {
    return outcome.result() instanceof Look.Result.Waiting;
  }

  /** The app is installed as if it had never been here. */
  void forget(App app) {
    runtime.view().owned(runtime.installation(), app.name()).forEach(c -> engine.remove(c.id()));
    volumesOf(app).forEach(volume -> engine.removeVolume(volume.name()));
    for (String table :
        List.of("deployments", "orchestrator_volume", "orchestrator_act", "orchestrator_work")) {
      database.execute("DELETE FROM %s WHERE app_name = '%s'".formatted(table, app.name()));
    }
  }

  /** What the engine has of the app now. */
  Workload find(App app) {
    Run run = run(app, Cause.INTERVAL);
    Workload found = control.find(run);
    work.release(run.lease());
    return found;
  }

  /** Removes what the test made. */
  void sweep() {
    runtime.sweep();
    var names = new LinkedHashSet<>(madeVolumes);
    names.forEach(engine::removeVolume);
    madeVolumes.clear();
    happenings.clear();
    mishap.set(Optional.empty());
    calls.clear();
    probed.clear();
    database.execute("DELETE FROM dependencies; DELETE FROM apps");
  }

  @Override
  public void close() {
    heartbeat.cancel(false);
    scheduler.shutdownNow();
    executor.shutdownNow();
    database.close();
  }
}
