package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.testing.FakeApp.Manner;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/** Apps that nothing can be made of: slow ones, such as fail for good, and such as talk rubbish. */
final class BadApps {

  /** What is wrong with one. */
  private enum Kind {
    /** Its image is pulled and pulled. */
    PULLS_FOR_EVER(Manner.WELL, Line.GOOD),
    STARTS_SLOWLY(Manner.MUTE, Line.SLOW),
    /** What is asked for is done, and nobody hears of it. */
    GETS_NO_ANSWER(Manner.WELL, Line.SILENT),
    IS_CUT_OFF(Manner.WELL, Line.CUT),
    CANNOT_BE_SEEN(Manner.WELL, Line.UNSEEN),
    HANGS_WHEN_LOOKED_AT(Manner.WELL, Line.QUESTIONS_HANG),
    /** It runs, and nothing more is heard of it then. */
    FALLS_SILENT(Manner.WELL, Line.QUESTIONS_HANG),
    ENDS_AT_ONCE(Manner.ENDS, Line.GOOD),
    CANNOT_START(Manner.CANNOT_START, Line.GOOD),
    /** It answers no probe. */
    MUTE(Manner.MUTE, Line.GOOD),
    HANGS_WHEN_PROBED(Manner.WELL, Line.PROBES_HANG),
    /** The engine answers its start with an error. */
    REFUSED(Manner.WELL, Line.GOOD),
    TAKES_TOO_MUCH(Manner.RUNS_OUT_OF_MEMORY, Line.GOOD),
    RUBBISH_SETTINGS(Manner.WELL, Line.GOOD),
    RUBBISH_LOG(Manner.ENDS, Line.RUBBISH),
    RUBBISH_FROM_PROBES(Manner.MUTE, Line.RUBBISH),
    RUBBISH_FROM_THE_ENGINE(Manner.WELL, Line.RUBBISH),
    NO_IMAGE(Manner.WELL, Line.GOOD);

    final Manner manner;
    final Line line;

    Kind(Manner manner, Line line) {
      this.manner = manner;
      this.line = line;
    }
  }

  private static final String PREFIX = "bad";

  /** Of pulls, and of slow calls: one more would have to wait, as the settings have it. */
  private static final int SLOW = 3;

  private static final List<Kind> SLOW_CALLS = List.of(Kind.STARTS_SLOWLY, Kind.GETS_NO_ANSWER);

  private final World world;
  private final List<AppName> apps = new ArrayList<>();
  private final List<AppName> soonSilent = new ArrayList<>();

  BadApps(World world) {
    this.world = world;
  }

  static boolean isOne(String app) {
    return app.startsWith(PREFIX);
  }

  /** As many slow ones as leave the others a place, and one of each other kind. */
  void install(Random chance) {
    var kinds = new ArrayList<Kind>();
    for (int i = 0; i < SLOW; i++) {
      kinds.add(Kind.PULLS_FOR_EVER);
      kinds.add(SLOW_CALLS.get(chance.nextInt(SLOW_CALLS.size())));
    }
    for (Kind kind : Kind.values()) {
      if (kind != Kind.PULLS_FOR_EVER && !SLOW_CALLS.contains(kind)) {
        kinds.add(kind);
      }
    }
    kinds.forEach(kind -> install(new AppName(PREFIX + apps.size()), kind));
    signal();
  }

  private void install(AppName app, Kind kind) {
    apps.add(app);
    world.tell("%s: %s".formatted(app, kind));
    world.platform.offer(app, "latest", kind.manner);
    world.platform.insert(app, "installed");
    world.lines.set(app.value(), kind.line);
    switch (kind) {
      case PULLS_FOR_EVER ->
          world.engine.holdPull(Platform.reference(app, "latest"), new CountDownLatch(1));
      case REFUSED, RUBBISH_FROM_THE_ENGINE ->
          world.engine.refuseStart(app.value(), FailureCode.ENGINE_ERROR);
      case RUBBISH_SETTINGS -> {
        world.platform.setting(app, "docker.port", "\u0001 everything, and more");
        world.platform.setting(app, "docker.memory.mb", "-1e309");
      }
      case NO_IMAGE -> world.platform.withdraw(app, "latest");
      case FALLS_SILENT -> {
        world.lines.set(app.value(), Line.GOOD);
        soonSilent.add(app);
      }
      case STARTS_SLOWLY,
          GETS_NO_ANSWER,
          IS_CUT_OFF,
          CANNOT_BE_SEEN,
          HANGS_WHEN_LOOKED_AT,
          ENDS_AT_ONCE,
          CANNOT_START,
          MUTE,
          HANGS_WHEN_PROBED,
          TAKES_TOO_MUCH,
          RUBBISH_LOG,
          RUBBISH_FROM_PROBES -> {
        // its manner and its line say it all
      }
    }
  }

  /** Somebody asks for all of them, as people do when something does not come up. */
  void askFor() {
    soonSilent.forEach(app -> world.lines.set(app.value(), Line.QUESTIONS_HANG));
    signal();
  }

  private void signal() {
    apps.forEach(app -> world.instances.getFirst().signal(app, Cause.INSTALLED));
  }
}
