package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.operation.OperationRefusedException;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.testing.FakeApp.Manner;
import io.appserver.orchestrator.testing.FakeEngine.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Does steps in a world. */
final class Happenings {

  private static final List<String> VERBS =
      List.of(
          "create",
          "start",
          "terminate",
          "kill",
          "remove",
          "rename",
          "start",
          "create",
          "ensure network",
          "ensure volume",
          "remove volume");

  private static final List<FailureCode> PULL_FAILURES =
      List.of(
          FailureCode.REGISTRY_UNREACHABLE,
          FailureCode.REGISTRY_DENIED,
          FailureCode.DISK_FULL,
          FailureCode.IMAGE_NOT_FOUND);

  private final World world;
  private final Rest rest;

  Happenings(World world, Rest rest) {
    this.world = world;
    this.rest = rest;
  }

  void happen(Step step) {
    AppName app = World.APPS.get(step.who() % World.APPS.size());
    int what = step.what();
    switch (step.kind()) {
      case WORK -> work(step, 1 + what % 60, Duration.ofSeconds(what % 3));
      case LONG_WORK -> work(step, 1000, Duration.ofSeconds(10 + what % 60));
      case INSTALL -> {
        world.platform.state(app, "installed");
        tell(app, Cause.INSTALLED, what);
      }
      case UNINSTALL -> {
        world.platform.state(app, "registered");
        tell(app, Cause.UNINSTALLED, what);
      }
      case REINSTALL -> {
        world.platform.delete(app);
        world.platform.insert(app, "installed");
        if (what % 3 == 0) {
          tell(app, Cause.UNINSTALLED, 0);
        }
        tell(app, Cause.INSTALLED, what / 3);
      }
      case DELETE -> {
        world.platform.delete(app);
        tell(app, Cause.UNINSTALLED, what);
      }
      case STRAY_EVENT -> tell(app, what % 2 == 0 ? Cause.INSTALLED : Cause.UNINSTALLED, 0);
      case STAGE -> {
        world.platform.setting(app, "docker.image.stage", pick(Platform.STAGES, what));
        tell(app, Cause.INSTALLED, what / 3);
      }
      case OFFER -> offer(app, what);
      case SETTING -> setting(app, what);
      case DEPENDENCY -> dependency(app, what);
      case EXIT -> container(step).ifPresent(id -> world.engine.exit(id, what % 2));
      case OUT_OF_MEMORY -> container(step).ifPresent(world.engine::killForMemory);
      case VANISH -> container(step).ifPresent(world.engine::vanish);
      case SICKEN -> {
        world.engine.sicken(app.value());
        world.watching().ifPresent(instance -> instance.sick(app));
      }
      case HEAL -> World.APPS.forEach(any -> world.engine.heal(any.value()));
      case EXIT_AT_START -> world.engine.exitAtStart(app.value(), 7);
      case FAULT ->
          world.engine.fault(pick(VERBS, step.who()), pick(List.of(Fault.values()), what));
      case DELIVER_LATE -> {
        if (world.engine.late() > 0) {
          world.someCallsAreLate = true;
          world.engine.deliverLate(what % world.engine.late());
        }
      }
      case ENGINE_AWAY -> world.engine.answer(false);
      case ENGINE_BACK -> {
        world.engine.answer(true);
        world.watching().ifPresent(instance -> instance.reconcile(Cause.ENGINE_BACK));
      }
      case EVENTS_LOST -> world.eventsAreHeard = what % 2 == 0;
      case PULL_FAILS ->
          world.engine.failPull(
              Platform.reference(app, pick(Platform.STAGES, what / 8)),
              what % 2 == 0 ? null : pick(PULL_FAILURES, what / 2));
      case TRANSACTION ->
          world.nextTransaction = what % 2 == 0 ? World.Fate.LOST : World.Fate.UNCERTAIN;
      case FREEZE -> instance(step).ifPresent(instance -> instance.freeze(true));
      case FREEZE_THREAD -> instance(step).ifPresent(instance -> instance.freezeOne(what));
      case THAW -> world.instances.forEach(instance -> instance.freeze(false));
      case CRASH -> instance(step).ifPresent(world::crash);
      case STOP -> awake(step).ifPresent(Instance::stop);
      case BEGIN -> world.begin();
      case TIME -> world.stage.pass(Duration.ofSeconds(1L << what % 10));
      case HOLD -> operate(step, instance -> instance.operations.hold(app, "ann", "why"));
      case RELEASE -> operate(step, instance -> instance.operations.release(app, "ann"));
      case RESTART -> operate(step, instance -> instance.operations.restart(app, "ann"));
      case REDEPLOY -> operate(step, instance -> instance.operations.redeploy(app, "ann"));
      case RECONCILE -> awake(step).ifPresent(instance -> instance.reconcile(Cause.INTERVAL));
      case FOREIGN -> foreign(app);
      case BY_HAND ->
          world.database.execute(
              "UPDATE deployments SET state = 'failed' WHERE app_name = '%s' AND state <> 'stopped'"
                  .formatted(app));
      case RENAME -> world.rename();
      case TABLE_AWAY -> world.platform.takeAway(what);
      case TABLE_BACK -> world.platform.bringBack();
      case LINE -> world.lines.set(app.value(), pick(List.of(Line.values()), what));
    }
  }

  private void work(Step step, int moves, Duration atMost) {
    rest.work(new Random(step.seed()), moves, atMost);
  }

  private static <T> T pick(List<T> all, int which) {
    return all.get(which % all.size());
  }

  /** An event may be lost, or come twice. */
  private void tell(AppName app, Cause cause, int what) {
    List<Instance> awake = world.awake();
    if (!awake.isEmpty() && what % 4 != 1) {
      pick(awake, what / 4).signal(app, cause);
      if (what % 4 == 2) {
        pick(awake, what / 16).signal(app, cause);
      }
    }
  }

  private void offer(AppName app, int what) {
    String stage = pick(Platform.STAGES, 2 + what % 2);
    List<Manner> manners = List.of(Manner.values());
    int manner = what / 2 % (manners.size() + 1);
    if (manner == manners.size()) {
      world.platform.withdraw(app, stage);
    } else {
      world.platform.offer(app, stage, manners.get(manner));
    }
  }

  private void setting(AppName app, int what) {
    switch (what % 5) {
      case 0, 1 -> world.platform.setting(app, "docker.memory.mb", what % 2 == 0 ? "64" : "128");
      case 2 -> world.platform.setting(app, "docker.volume.path", "/data");
      case 3 -> world.platform.setting(app, "docker.port", what % 2 == 0 ? "3000" : "nonsense");
      default -> world.platform.setting(app, "docker.publish.port", "8080");
    }
    tell(app, Cause.INSTALLED, 1 + what / 5);
  }

  private void dependency(AppName app, int what) {
    if (what % 4 == 3) {
      world.platform.noDependencies();
    } else {
      AppName needed = pick(World.APPS, World.APPS.indexOf(app) + 1 + what / 4 % 2);
      world.platform.dependency(app, needed, what % 4 == 0 ? "SOFT" : "HARD");
    }
  }

  private Optional<ContainerId> container(Step step) {
    List<ObservedContainer> ours =
        world.engine.containers().stream()
            .filter(c -> !world.foreigners.containsKey(c.id()))
            .filter(c -> !BadApps.isOne(c.labels().getOrDefault(ContainerLabels.APP_NAME, "")))
            .collect(Collectors.toCollection(ArrayList::new));
    if (world.isCalm()) {
      ours.sort(Comparator.comparing(c -> c.name().value())); // whatever was made first
    }
    return ours.isEmpty() ? Optional.empty() : Optional.of(pick(ours, step.who()).id());
  }

  private Optional<Instance> instance(Step step) {
    return world.instances.isEmpty()
        ? Optional.empty()
        : Optional.of(pick(world.instances, step.who()));
  }

  private Optional<Instance> awake(Step step) {
    return world.awake().isEmpty()
        ? Optional.empty()
        : Optional.of(pick(world.awake(), step.who()));
  }

  private void operate(Step step, Consumer<Instance> operation) {
    try {
      awake(step).ifPresent(operation);
    } catch (OperationRefusedException | PlatformUnavailableException e) {
      world.tell("refused: " + e.getMessage());
    }
  }

  /** Somebody makes a container of the name we want, or takes theirs away again. */
  private void foreign(AppName app) {
    var name = new ContainerName("app-" + app);
    if (!world.foreigners.isEmpty()) {
      ContainerId gone = world.foreigners.keySet().iterator().next();
      world.foreigners.remove(gone);
      world.engine.vanish(gone);
    } else if (world.engine.standing().stream().noneMatch(c -> c.startsWith(name + " "))) {
      world.foreigners.put(world.engine.foreign(name.value()), name.value());
    }
  }
}
