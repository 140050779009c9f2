package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.app.jpa.PlatformTables;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.jpa.JpaNodes;
import io.appserver.orchestrator.convergence.jpa.JpaOperatorRequests;
import io.appserver.orchestrator.convergence.jpa.JpaWorkStore;
import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.record.ConvergenceObserver;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.deployment.jpa.JpaDeployments;
import io.appserver.orchestrator.deployment.jpa.JpaVolumes;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.startup.NodeRegistration;
import io.appserver.orchestrator.testing.FakeEngine;
import io.appserver.orchestrator.testing.TestDatabase;
import io.appserver.orchestrator.testing.Workshop;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All there is in one history: platform, database, engine, instances; and what was noticed. */
final class World implements ConvergenceObserver, TestDatabase.Interference {

  static final List<AppName> APPS =
      List.of(new AppName("a0"), new AppName("a1"), new AppName("a2"));

  private static final int MOST_INSTANCES = 3;

  /** One change in this many is slow. */
  private static final int SLOW = 9;

  /** From shorter than a lease to longer than any call is waited for. */
  private static final int[] SLOW_SECONDS = {9, 14, 25, 40};

  /** What a transaction comes to. */
  enum Fate {
    WELL,
    LOST,
    UNCERTAIN
  }

  final Staging stage;
  final FakeEngine engine;
  final TestDatabase database;
  final Deployments deployments;
  final Volumes volumes;
  final AppCatalog catalog;
  final OperatorRequests requests;
  final Nodes nodes;
  final Platform platform;
  final Lines lines = new Lines();
  final List<Instance> instances = new ArrayList<>();
  private final List<Instance> ended = new ArrayList<>();

  /** Containers that are not ours, and their names. */
  final Map<ContainerId, String> foreigners = new HashMap<>();

  /** Volumes that a process may have written to. */
  final Set<String> usedVolumes = new TreeSet<>();

  /** What must not be, as it was noticed. */
  final List<String> problems = new ArrayList<>();

  private final List<String> trace = new ArrayList<>();
  private final WorkStore work;
  final int mostWorkers;
  private final Settings settings = Workshop.settings(Duration.ofSeconds(2));
  private int named;
  private int changes;
  private boolean calm;
  private int renamed;

  /** Names that the engine had before, with apps of which it had nothing when it lost the name. */
  private final Set<String> left = new TreeSet<>();

  /** What the engine's node is called now. */
  String node = "node";

  private @Nullable Instance watching;
  boolean eventsAreHeard = true;

  /** A call may take effect at any time: for a moment there may be more than should be. */
  boolean someCallsAreLate;

  Fate nextTransaction = Fate.WELL;

  World(TestDatabase database, Mutation mutation, Staging stage) {
    this.database = database;
    this.stage = stage;
    engine = new FakeEngine(stage.clock());
    mostWorkers = mutation.mostWorkers();
    work =
        mutation.of(database.transactional(WorkStore.class, new JpaWorkStore(database.entities())));
    volumes = database.transactional(Volumes.class, new JpaVolumes(database.entities()));
    deployments =
        database.transactional(Deployments.class, new JpaDeployments(database.entities()));
    catalog = database.transactional(AppCatalog.class, new PlatformTables(database.entities()));
    requests =
        database.transactional(
            OperatorRequests.class, new JpaOperatorRequests(database.entities()));
    nodes = database.transactional(Nodes.class, new JpaNodes(database.entities()));
    platform = new Platform(database, engine);
    stage.onLog(new LogReader(this)::read);
    engine.witness(this::heard);
  }

  /** Everything empty, and the first instance at work. */
  void open() {
    database.empty();
    database.execute(
        "INSERT INTO orchestrator_node (name, engine_id) VALUES ('%s', 'fake')".formatted(node));
    APPS.forEach(platform::create);
    APPS.subList(0, 2).forEach(app -> platform.state(app, "installed"));
    catalog.takeNote(); // as at the start of the server
    begin();
  }

  /** From now on neither engine nor database nor chance take any time. */
  void calm() {
    calm = true;
    stage.movesTakeNoTime();
  }

  boolean isCalm() {
    return calm;
  }

  void close() {
    stage.clear();
    platform.bringBack();
  }

  void tell(String what) {
    trace.add("%8.1f s  %s".formatted(stage.nanoTime() / 1e9, what));
  }

  List<String> trace() {
    return trace;
  }

  void problem(String what) {
    problems.add(what);
    tell("!! " + what);
  }

  /** One more instance, unless there are enough. */
  void begin() {
    if (instances.size() < MOST_INSTANCES) {
      var instance = new Instance(this, "instance-" + ++named, work, settings);
      instances.add(instance);
      instance.start();
    }
  }

  /**
   * All instances are killed but those that stand still, and one begins on the same engine under
   * another name.
   */
  void rename() {
    List.copyOf(instances).stream().filter(i -> !i.frozen).forEach(this::crash);
    stage.pass(Nodes.PATIENCE.plusSeconds(1));
    node = "node-" + ++renamed;
    try {
      var answer =
          new NodeRegistration(database.dataSource())
              .register(
                  node,
                  "fake",
                  engine.ids().stream().map(ContainerId::value).collect(Collectors.toSet()));
      tell("the node is called %s: %s".formatted(node, answer));
      if (answer instanceof NodeRegistration.Answer.Registered registered) {
        left.addAll(registered.left());
        left.removeAll(registered.renamed());
      } else {
        problem("the node could not be renamed: " + answer);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    begin();
  }

  /** The operator does what the log says of names that were left. */
  void retireWhatWasLeft() {
    for (String name : left) {
      tell(
          "%s is retired: %s"
              .formatted(name, awake().getFirst().operations.retire(name, node, "ann")));
    }
    left.clear();
  }

  void crash(Instance instance) {
    instances.remove(instance);
    instance.kill();
  }

  /** It stopped as it was asked to: its process ends soon, and what still hangs in it. */
  void ended(Instance instance) {
    ended.add(instance);
  }

  /** Ends the processes of those that stopped. */
  void bury() {
    ended.forEach(this::crash);
    ended.clear();
  }

  /** Those that can do something now. */
  List<Instance> awake() {
    return instances.stream().filter(Instance::awake).toList();
  }

  /** How long the engine takes for the next change. */
  Duration slowness() {
    changes++;
    if (calm || changes % SLOW != 0) {
      return Duration.ZERO;
    }
    int seconds = SLOW_SECONDS[changes / SLOW % SLOW_SECONDS.length];
    tell("the engine takes %d s for it".formatted(seconds));
    return Duration.ofSeconds(seconds);
  }

  void someCallIsLate() {
    someCallsAreLate = true;
  }

  void watches(Instance instance) {
    watching = instance;
  }

  Optional<Instance> watching() {
    return Optional.ofNullable(watching).filter(awake()::contains);
  }

  Collection<Lease> beat(UUID owner, Duration ttl) {
    return database
        .transactions()
        .required(() -> {
          List<?> rows =
              database
                  .entities()
                  .createNativeQuery(
                      """
                      UPDATE orchestrator_work SET lease_expires = clock_timestamp() + ?1 * interval '1 millisecond'
                      WHERE lease_owner = CAST(?2 AS uuid) AND lease_expires > clock_timestamp()
                      RETURNING node, app_name, fence
                      """)
                  .setParameter(1, ttl.toMillis())
                  .setParameter(2, owner.toString())
                  .getResultList();
          return rows.stream()
              .map(Object[].class::cast)
              .map(row ->
                  new Lease(
                      (String) row[0],
                      new AppName((String) row[1]),
                      owner,
                      ((Number) row[2]).longValue()))
              .toList();
        });
  }

  /** A changing call is made: only under a lease that is alive, and with its entry. */
  void begins(Instance instance, String verb, String target) {
    List<String> standing =
        database.rows(
            """
            SELECT a.fence = w.fence AND w.lease_owner = '%s' AND w.lease_expires > clock_timestamp()
                AND a.begun_at < a.lease_until AS live,
              a.fence, w.fence, w.lease_owner, w.lease_expires
            FROM orchestrator_act a JOIN orchestrator_work w USING (node, app_name)
            WHERE a.verb = '%s' AND a.target = '%s' AND a.outcome IS NULL
            ORDER BY live DESC, a.id DESC LIMIT 1
            """
                .formatted(instance.identity.instance(), verb, target));
    tell("%s: %s %s".formatted(instance.name, verb, target));
    if (verb.equals("remove") && isTrustedAndHealthy(target)) {
      problem("the container %s of an app that is healthy is removed".formatted(target));
    }
    if (standing.isEmpty() || !standing.getFirst().startsWith("t")) {
      problem(
          "%s began to %s %s without a live lease: %s"
              .formatted(instance.name, verb, target, standing));
    }
  }

  /** Whether a row has it as healthy, and no call without an answer may befall it. */
  private boolean isTrustedAndHealthy(String container) {
    return !database
        .rows(
            """
            SELECT 1 FROM deployments d WHERE d.container_id = '%s' AND d.state = 'healthy'
              AND NOT EXISTS (SELECT 1 FROM orchestrator_act a WHERE a.target = d.container_id
                AND (a.outcome = 'unanswered' OR (a.outcome IS NULL AND a.verb <> 'remove')))
            """
                .formatted(container))
        .isEmpty();
  }

  private void heard(EngineEvent event) {
    event
        .container()
        .ifPresent(id -> {
          tell("engine: %s %s".formatted(id, event.kind()));
          if (event.kind() == EngineEvent.Kind.STARTED) {
            usedVolumes.addAll(engine.volumesOf(id));
          }
        });
    if (eventsAreHeard) {
      watching().ifPresent(instance -> instance.heard(event));
    }
  }

  @Override
  public void looked(AppName app, Duration took, Look.Result result) {
    tell("looked at %s: %s".formatted(app, result));
  }

  @Override
  public void committing() {
    if (nextTransaction == Fate.LOST && Staging.self().isPresent()) {
      nextTransaction = Fate.WELL;
      tell("a transaction is lost");
      throw new LostTransaction("rolled back");
    }
  }

  @Override
  public void committed() {
    if (nextTransaction == Fate.UNCERTAIN && Staging.self().isPresent()) {
      nextTransaction = Fate.WELL;
      tell("a transaction commits, and nobody is told");
      throw new LostTransaction("committed, perhaps");
    }
    stage.pauseHere();
  }
}
