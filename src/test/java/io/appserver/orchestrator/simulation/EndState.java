package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Heals a world, lets it come to rest, and says whether what is, is what should be. */
final class EndState {

  /** Leases and turns of who was killed have run out then. */
  private static final Duration TURNS_ARE_OVER = Duration.ofSeconds(15);

  private final World world;
  private final Rest rest;
  private final Invariants invariants;

  EndState(World world, Rest rest, Invariants invariants) {
    this.world = world;
    this.rest = rest;
    this.invariants = invariants;
  }

  /**
   * @throws Violation if it is not
   */
  void require(Random chance) {
    heal();
    world.tell("-- all is healed");
    rest.untilNothingHappens(chance);
    invariants.check();
    World.APPS.forEach(this::requireSense);
    World.APPS.forEach(this::requireWishButForWhatWasGivenUp);
    wake();
    world.tell("-- all are asked for once more");
    rest.untilNothingHappens(chance);
    invariants.check();
    World.APPS.forEach(this::requireSense);
    World.APPS.forEach(this::requireWish);
    requireNoOpenAct();
  }

  private void heal() {
    world.nextTransaction = World.Fate.WELL;
    world.eventsAreHeard = true;
    world.engine.answer(true);
    world.engine.healCalls();
    world.lines.heal();
    world.platform.bringBack();
    world.engine.deliverLate();
    for (AppName app : World.APPS) {
      world.engine.heal(app.value());
      Platform.STAGES.forEach(stage -> world.engine.failPull(Platform.reference(app, stage), null));
    }
    world.instances.forEach(instance -> instance.freeze(false));
    if (world.awake().isEmpty()) {
      world.begin();
    }
    world.stage.pass(TURNS_ARE_OVER);
    world.retireWhatWasLeft();
    world.awake().forEach(instance -> instance.reconcile(Cause.ENGINE_BACK));
  }

  private void wake() {
    Instance instance = world.awake().getFirst();
    for (AppName app : World.APPS) {
      instance.signal(app, world.platform.installed(app) ? Cause.INSTALLED : Cause.UNINSTALLED);
    }
    instance.reconcile(Cause.INTERVAL);
  }

  /**
   * What the row says.
   *
   * @param rejected whether a redeploy of the same settings failed, which the reason tells of
   */
  private record Row(
      String state, String container, String reason, boolean rejected, String previous) {
    boolean is(String wanted) {
      return state.equals(wanted);
    }
  }

  private Optional<Row> row(AppName app) {
    return world
        .database
        .rows(
            """
            SELECT state, coalesce(container_id, '-'), coalesce(reason_code, '-'),
              coalesce(rejected_spec_hash = spec_hash, false), coalesce(previous_container_id, '-')
            FROM deployments
            WHERE app_id = '%s'
            """
                .formatted(world.platform.id(app)))
        .stream()
        .map(line -> line.split(" ", -1))
        .map(columns ->
            new Row(columns[0], columns[1], columns[2], columns[3].equals("t"), columns[4]))
        .findFirst();
  }

  private List<ObservedContainer> owned(AppName app) {
    return world.engine.owned(Instance.INSTALLATION, app);
  }

  private void violated(AppName app, String what) {
    throw new Violation(
        "%s %s: row %s, containers %s"
            .formatted(
                app,
                what,
                world.database.rows(
                    "SELECT state, container_id, reason_code, next_look_at, previous_container_id FROM deployments WHERE app_name = '%s'"
                        .formatted(app)),
                owned(app).stream().map(c -> c.id() + " " + c.name() + " " + c.status()).toList()));
  }

  /** Whatever is wanted, row and containers go together and have a reason. */
  private void requireSense(AppName app) {
    if (!world.platform.installed(app)) {
      return;
    }
    Row row = row(app).orElse(null);
    if (row == null) {
      violated(app, "is installed and has no row");
      return;
    }
    List<String> running =
        owned(app).stream().filter(ObservedContainer::running).map(c -> c.id().value()).toList();
    switch (row.state()) {
      case "healthy" -> {
        if (!running.equals(List.of(row.container())) || owned(app).size() > 1) {
          violated(app, "is healthy, and its container is not the one that runs");
        }
      }
      case "failed", "pending" -> {
        if (row.reason().equals("-")) {
          violated(app, "waits or failed without a reason");
        }
        if (!running.isEmpty()) {
          violated(app, "waits or failed, and runs");
        }
        if (!row.reason().equals("held")
            && owned(app).stream()
                .map(c -> c.id().value())
                .anyMatch(id -> !id.equals(row.container()) && !id.equals(row.previous()))) {
          violated(app, "left something behind");
        }
      }
      default -> violated(app, "is stuck");
    }
  }

  /** What failed rests until it is woken; all else must have come about without anybody's help. */
  private void requireWishButForWhatWasGivenUp(AppName app) {
    boolean mayRun =
        world.platform.installed(app)
            && !held(app)
            && works(app)
            && dependenciesWork(app, new HashSet<>());
    if (!mayRun) {
      boolean reaped = world.catalog.find(app).isEmpty(); // after a time of grace
      if (!reaped && (!world.platform.installed(app) || held(app))) {
        requireWish(app);
      }
      return;
    }
    Row row = row(app).orElseThrow();
    boolean waitsForWhatWasGivenUp =
        row.is("pending") && row.reason().startsWith("dependency_") && needsWhatIsNotHealthy(app);
    if (!row.is("healthy") && !row.is("failed") && !waitsForWhatWasGivenUp) {
      violated(app, "could run, was not given up, and does not run until somebody asks for it");
    }
  }

  private boolean needsWhatIsNotHealthy(AppName app) {
    return !world
        .database
        .rows(
            """
            SELECT 1 FROM dependencies d
            WHERE d.app_id = '%s' AND d.kind = 'HARD' AND NOT EXISTS (
              SELECT 1 FROM deployments n WHERE n.app_id = d.depends_on_app_id AND n.state = 'healthy')
            """
                .formatted(world.platform.id(app)))
        .isEmpty();
  }

  private void requireWish(AppName app) {
    Optional<Row> row = row(app);
    if (!world.platform.installed(app)) {
      if (!owned(app).isEmpty()) {
        violated(app, "is not installed, and something of it is there");
      }
      if (!world
          .database
          .rows(
              "SELECT 1 FROM deployments WHERE app_name = '%s' AND state <> 'stopped'"
                  .formatted(app))
          .isEmpty()) {
        violated(app, "is not installed, and a row says otherwise");
      }
      return;
    }
    if (held(app)) {
      if (row.filter(r -> r.is("pending") && r.reason().equals("held")).isEmpty()) {
        violated(app, "is held, and its row does not say so");
      }
      return;
    }
    if (works(app)) {
      if (dependenciesWork(app, new HashSet<>())) {
        requireRunning(app, row.orElseThrow());
      }
    }
  }

  private void requireRunning(AppName app, Row row) {
    if (!row.is("healthy")) {
      violated(app, "could run, and does not");
    }
    if (!row.reason().equals("-") && !row.rejected()) {
      violated(app, "runs, and a reason says that something is wrong");
    }
    Map<String, String> labels = owned(app).getFirst().labels();
    boolean fits =
        Spec.of(settings(app).orElseThrow()).hash().equals(labels.get(ContainerLabels.SPEC_HASH))
            && world.platform.id(app).toString().equals(labels.get(ContainerLabels.APP_ID));
    if (!fits) {
      violated(app, "runs, and not as its settings are now");
    }
  }

  private boolean held(AppName app) {
    return world.requests.of(app).held().isPresent();
  }

  private Optional<AppSettings> settings(AppName app) {
    var known = world.catalog.settings(new AppId(world.platform.id(app)));
    return AppSettings.parse(known) instanceof AppSettings.Valid valid
        ? Optional.of(valid.settings())
        : Optional.empty();
  }

  private boolean works(AppName app) {
    boolean nameIsFree =
        world.foreigners.values().stream().noneMatch(name -> name.equals("app-" + app));
    return nameIsFree
        && settings(app)
            .filter(s -> world.platform.works(app, s.imageStage().orElse("latest")))
            .filter(s -> s.publishPort().isEmpty() || portIsFree(app))
            .isPresent();
  }

  /** Whether no other app may have the one port that settings speak of. */
  private boolean portIsFree(AppName app) {
    return World.APPS.stream()
        .filter(other -> !other.equals(app))
        .allMatch(other -> settings(other).flatMap(AppSettings::publishPort).isEmpty());
  }

  private boolean dependenciesWork(AppName app, Set<AppName> path) {
    if (!path.add(app)) {
      return false;
    }
    boolean all =
        world
            .database
            .rows(
                """
                SELECT coalesce(a.name, '-') FROM dependencies d
                LEFT JOIN apps a ON a.id = d.depends_on_app_id
                WHERE d.app_id = '%s' AND d.kind = 'HARD'
                """
                    .formatted(world.platform.id(app)))
            .stream()
            .allMatch(name -> works(name, path));
    path.remove(app);
    return all;
  }

  private boolean works(String needed, Set<AppName> path) {
    Map<String, AppName> names = new HashMap<>();
    World.APPS.forEach(app -> names.put(app.value(), app));
    AppName other = names.get(needed);
    return other != null
        && world.platform.installed(other)
        && !held(other)
        && works(other)
        && dependenciesWork(other, path);
  }

  /** What stands is not to be distrusted for ever. */
  private void requireNoOpenAct() {
    for (ObservedContainer container : world.engine.containers()) {
      List<String> open =
          world.database.rows(
              """
              SELECT verb, outcome FROM orchestrator_act
              WHERE target = '%s' AND (outcome IS NULL OR outcome = 'unanswered')
              """
                  .formatted(container.id()));
      if (!open.isEmpty() && container.running() && !world.foreigners.containsKey(container.id())) {
        throw new Violation("%s runs, and is condemned: %s".formatted(container.id(), open));
      }
    }
  }
}
