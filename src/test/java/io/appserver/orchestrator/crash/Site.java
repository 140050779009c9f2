package io.appserver.orchestrator.crash;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.Engine;
import io.appserver.orchestrator.e2e.support.Registry;
import io.appserver.orchestrator.e2e.support.Services;
import io.appserver.orchestrator.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where processes are killed: a schema of its own in the real database, the real engine and
 * registry, the platform's rows, and the processes.
 */
final class Site implements AutoCloseable {

  /** Another node, which is alive as far as anybody knows, and never does anything. */
  static final String FAR = "far";

  final TestDatabase database = TestDatabase.create();
  final String installation = UUID.randomUUID().toString();
  final Engine engine;
  final Registry registry;
  private final Path logs;
  private final List<ChildProcess> children = new ArrayList<>();
  private final List<String> foreign = new ArrayList<>();
  private final Set<App> keeping = new HashSet<>();
  private @Nullable ChildProcess spare;

  Site(String name) {
    Services services = Services.fromEnvironment();
    Path checkout = Path.of(System.getProperty("orchestrator.basedir", "")).toAbsolutePath();
    engine = new Engine(services);
    registry = new Registry(services, checkout);
    logs = checkout.resolve("target/crash").resolve(name + "_" + installation.substring(0, 8));
    try {
      Files.createDirectories(logs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    database.execute(
        "INSERT INTO orchestrator_node (name, engine_id) VALUES ('%s', 'real')"
            .formatted(Child.NODE));
    database.execute(
        "INSERT INTO orchestrator_node (name, engine_id, seen_at) VALUES ('%s', 'other', now() + interval '1 day')"
            .formatted(FAR));
  }

  private ChildProcess boot(String archive) {
    var child =
        new ChildProcess(
            logs.resolve("child-%03d.log".formatted(children.size() + 1)),
            archive,
            database.schema(),
            installation,
            registry.address());
    children.add(child);
    return child;
  }

  private ChildProcess boot() {
    return boot("-XX:SharedArchiveFile=" + archive());
  }

  private Path archive() {
    return logs.resolve("classes.jsa");
  }

  /**
   * A process that, when it is stopped in order, leaves for the others what it has read of its
   * classes: they start faster then.
   */
  ChildProcess pioneer() {
    ChildProcess pioneer = boot("-XX:ArchiveClassesAtExit=" + archive());
    pioneer.awaitBoot();
    return pioneer;
  }

  /** A process that could begin at once; the one after it is on its way then. */
  ChildProcess ready() {
    ChildProcess ready = spare == null ? boot() : spare;
    ready.awaitBoot();
    spare = Files.exists(archive()) ? boot() : null;
    return ready;
  }

  /** An app of the platform's with a good image of each stage but one, not installed. */
  App app(String baseName) {
    UUID id = UUID.randomUUID();
    var app = new App(id, baseName + "-" + id.toString().substring(0, 6));
    registry.push("web", app);
    registry.push("web", app, Registry.Tag.TESTING, "VERSION=2");
    registry.push("crash", app, Registry.Tag.PRE_RELEASE);
    database.execute(
        "INSERT INTO apps VALUES ('%s', '%s', 'registered')".formatted(id, app.name()));
    return app;
  }

  /** Gives the app an image of its own, of which the engine has no layer. */
  void unknownImage(App app) {
    registry.push("big", app, "LAYER_MB=1", "SEED=" + app.id());
  }

  void setting(App app, String key, String value) {
    database.execute(
        """
        INSERT INTO settings VALUES ('%s', '%s', '%s')
        ON CONFLICT (app_id, key) DO UPDATE SET value = excluded.value
        """
            .formatted(app.id(), key, value));
  }

  void dependsHard(App app, App needed) {
    database.execute(
        "INSERT INTO dependencies VALUES ('%s', '%s', 'HARD')".formatted(app.id(), needed.id()));
  }

  void set(App app, String state) {
    database.execute("UPDATE apps SET state = '%s' WHERE id = '%s'".formatted(state, app.id()));
  }

  /** A container of somebody else's, with a name that is nearly the app's. */
  void foreign(App app) {
    String id =
        engine
            .client()
            .createContainerCmd("orchestrator-test/web:latest")
            .withName(app.container() + "-other")
            .exec()
            .getId();
    foreign.add(id);
    engine.client().startContainerCmd(id).exec();
  }

  List<String> foreign() {
    return List.copyOf(foreign);
  }

  /** Whether the row's container runs. */
  boolean runs(App app) {
    return engine
        .container(app.container())
        .filter(container -> Boolean.TRUE.equals(container.getState().getRunning()))
        .filter(container -> container.getId().equals(column(app, "container_id")))
        .isPresent();
  }

  /** Changes with each start of its container. */
  String run(App app) {
    return engine.container(app.container()).orElseThrow().getState().getStartedAt();
  }

  /** Ends the app's container as a fault of its own would. */
  void kill(App app) {
    engine.client().killContainerCmd(app.container()).exec();
  }

  /** As after ten healthy minutes: else the pauses between restarts would grow. */
  void forgiveRestarts() {
    database.execute("UPDATE deployments SET restarts = 0, version = version + 1");
  }

  /** An operator's wish that the app goes to the other node. */
  void wishMove(App app) {
    database.execute(
        "INSERT INTO orchestrator_move (app_name, node, actor) VALUES ('%s', '%s', 'ann')"
            .formatted(app.name(), FAR));
  }

  List<String> wishedMoves() {
    return database.rows("SELECT app_name, node FROM orchestrator_move");
  }

  /** The apps that the other node is to look at. */
  List<String> signalledFar() {
    return database.rows(
        "SELECT app_name FROM orchestrator_work WHERE node = '%s' AND signal_seq > handled_seq"
            .formatted(FAR));
  }

  /** As if the app had never gone to the other node. */
  void bringBack(App app) {
    database.execute("DELETE FROM orchestrator_work WHERE node = '%s'".formatted(FAR));
    database.execute(
        "UPDATE deployments SET node = '%s', version = version + 1 WHERE app_id = '%s' AND node = '%s'"
            .formatted(Child.NODE, app.id(), FAR));
  }

  /** The number of the latest entry in the history. */
  long lastHistory() {
    return Long.parseLong(
        database.rows("SELECT coalesce(max(id), 0) FROM orchestrator_history").getFirst());
  }

  /** Whether an end of the app since that entry counted as its own fault. */
  boolean tookForFailure(App app, long since) {
    return !database
        .rows(
            "SELECT 1 FROM orchestrator_history WHERE app_id = '%s' AND id > %d AND to_state = 'restarting' AND code = 'exited'"
                .formatted(app.id(), since))
        .isEmpty();
  }

  /** Writes something into the app's volume, which must be there ever after. */
  void keepSomething(App app) {
    if (keeping.add(app)) {
      engine.execute(app.container(), "sh", "-c", "echo something > /data/kept");
    }
  }

  /** The apps with something in their volumes. */
  Set<App> keeping() {
    return Set.copyOf(keeping);
  }

  /** What the dead held is free: the twelve seconds until then are waited for elsewhere. */
  void forgetTheDead() {
    database.execute("UPDATE orchestrator_work SET lease_expires = clock_timestamp()");
    database.execute("UPDATE orchestrator_node SET supervisor_expires = clock_timestamp()");
  }

  String column(App app, String column) {
    return String.join(
        ",",
        database.rows(
            "SELECT %s FROM deployments WHERE app_id = '%s'".formatted(column, app.id())));
  }

  /** A column of the work on the app. */
  String lease(App app, String column) {
    return database
        .rows(
            "SELECT %s FROM orchestrator_work WHERE app_name = '%s'".formatted(column, app.name()))
        .getFirst();
  }

  /** How many entries the journal has of which that is so. */
  int acts(String condition) {
    return database.rows("SELECT 1 FROM orchestrator_act WHERE " + condition).size();
  }

  /** Everything the database has about what was done, for people. */
  String told() {
    return String.join(
            "\n",
            database.rows(
                "SELECT id, app_name, from_state, to_state, code, fence, message FROM orchestrator_history ORDER BY id DESC LIMIT 60"))
        + "\n"
        + String.join(
            "\n",
            database.rows(
                "SELECT id, app_name, fence, verb, target, outcome FROM orchestrator_act ORDER BY id DESC LIMIT 30"))
        + "\n"
        + String.join("\n", database.rows("SELECT * FROM orchestrator_work"))
        + "\n"
        + String.join("\n", database.rows("SELECT * FROM deployments"));
  }

  @Override
  public void close() {
    try (database;
        engine;
        registry) {
      children.forEach(ChildProcess::close);
      foreign.forEach(engine::remove);
      registry.close();
      engine.removeAll(installation, registry.references());
      Files.deleteIfExists(archive());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
