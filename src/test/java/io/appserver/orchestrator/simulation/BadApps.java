package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.testing.FakeApp.Manner;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** Apps that nothing can be made of: slow ones, such as fail for good, and such as talk rubbish. */
final class BadApps {

  /** What is wrong with one. */
  private enum Kind {
    /** Its image is pulled and pulled. */
    PULLS_FOR_EVER,
    ENDS_AT_ONCE,
    CANNOT_START,
    /** It answers no probe. */
    MUTE,
    /** The engine answers its start with an error. */
    REFUSED,
    TAKES_TOO_MUCH,
    RUBBISH_SETTINGS,
    NO_IMAGE
  }

  private static final String PREFIX = "bad";

  /** One more pull has to wait for one of these, as the settings have it. */
  private static final int SLOW = 3;

  private static final int OTHERS = 9;

  private static final List<Kind> OTHER_KINDS =
      List.copyOf(EnumSet.complementOf(EnumSet.of(Kind.PULLS_FOR_EVER)));

  private final World world;
  private final List<AppName> apps =
      IntStream.range(0, SLOW + OTHERS).mapToObj(i -> new AppName(PREFIX + i)).toList();

  BadApps(World world) {
    this.world = world;
  }

  static boolean isOne(String app) {
    return app.startsWith(PREFIX);
  }

  void install(Random chance) {
    for (AppName app : apps) {
      Kind kind =
          apps.indexOf(app) < SLOW
              ? Kind.PULLS_FOR_EVER
              : OTHER_KINDS.get(chance.nextInt(OTHER_KINDS.size()));
      world.tell("%s: %s".formatted(app, kind));
      world.platform.offer(app, "latest", manner(kind));
      world.platform.insert(app, "installed");
      switch (kind) {
        case PULLS_FOR_EVER ->
            world.engine.holdPull(Platform.reference(app, "latest"), new CountDownLatch(1));
        case REFUSED -> world.engine.refuseStart(app.value(), FailureCode.ENGINE_ERROR);
        case RUBBISH_SETTINGS -> {
          world.platform.setting(app, "docker.port", "\u0001 everything, and more");
          world.platform.setting(app, "docker.memory.mb", "-1e309");
        }
        case NO_IMAGE -> world.platform.withdraw(app, "latest");
        case ENDS_AT_ONCE, CANNOT_START, MUTE, TAKES_TOO_MUCH -> {
          // its manner says it all
        }
      }
    }
    askFor();
  }

  private static Manner manner(Kind kind) {
    return switch (kind) {
      case ENDS_AT_ONCE -> Manner.ENDS;
      case CANNOT_START -> Manner.CANNOT_START;
      case MUTE -> Manner.MUTE;
      case TAKES_TOO_MUCH -> Manner.RUNS_OUT_OF_MEMORY;
      case PULLS_FOR_EVER, REFUSED, RUBBISH_SETTINGS, NO_IMAGE -> Manner.WELL;
    };
  }

  /** Somebody asks for all of them, as people do when something does not come up. */
  void askFor() {
    apps.forEach(app -> world.instances.getFirst().signal(app, Cause.INSTALLED));
  }
}
