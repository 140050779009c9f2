package io.appserver.orchestrator.convergence.signal;

import io.appserver.orchestrator.failure.StorableText;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why an app is looked at.
 *
 * @param word a short term for history and log, such as {@code app.installed}; no commas
 * @param effect what it may end besides
 */
public record Cause(String word, Effect effect) {

  /** What a signal may end. */
  public enum Effect {
    /** Nothing: what pauses or failed goes on doing so. */
    NONE,
    /** A pause between tries: its cause may be gone. */
    ENDS_PAUSE,
    /** A pause, and that something was given up. */
    RENEWS
  }

  public static final Cause INSTALLED = new Cause("app.installed", Effect.RENEWS);
  public static final Cause UNINSTALLED = new Cause("app.uninstalled", Effect.NONE);
  public static final Cause START_UP = new Cause("start-up", Effect.NONE);
  public static final Cause INTERVAL = new Cause("interval", Effect.NONE);

  public static final Cause DEPENDENCY = new Cause("dependency", Effect.NONE);
  public static final Cause NEEDED = new Cause("needed by a dependant", Effect.NONE);
  public static final Cause CREDENTIALS =
      new Cause("restart with registry credentials", Effect.RENEWS);
  public static final Cause EVENT_PENDING = new Cause("event not settled", Effect.NONE);

  /** The container ended, or was removed: the engine told so. */
  public static final Cause ENDED = new Cause("container ended", Effect.NONE);

  /** The container that is watched is in another run, which is none of ours. */
  public static final Cause RUNS_ANEW = new Cause("container restarted at the engine", Effect.NONE);

  public static final Cause PROBES_FAILED = new Cause("probes failed", Effect.NONE);

  /** The probes of many apps fail, and this one is restarted to see whether that helps. */
  public static final Cause TRIAL = new Cause("restart on trial", Effect.NONE);

  /** The host was in trouble, and is not any more: what failed meanwhile is tried anew. */
  public static final Cause HOST_WELL = new Cause("host is well again", Effect.RENEWS);

  /** The engine was away; what it shut down has not failed. */
  public static final Cause ENGINE_BACK = new Cause("engine is back", Effect.ENDS_PAUSE);

  /** Events may have been missed, while the engine answered; nothing is excused. */
  public static final Cause EVENTS_CUT = new Cause("event stream was cut", Effect.NONE);

  /** The comparison was broken off, by the database or a fault of ours; nothing is excused. */
  public static final Cause INTERRUPTED = new Cause("after an interruption", Effect.NONE);

  /** Events may have been lost meanwhile. */
  public static final Cause BROKER_BACK = new Cause("broker is back", Effect.NONE);

  public static final Cause REGISTRY_BACK = new Cause("registry is back", Effect.ENDS_PAUSE);
  public static final Cause SPACE_FREED = new Cause("space was freed", Effect.ENDS_PAUSE);

  /** The platform's word or settings are not those that were acted on. */
  public static final Cause PLATFORM_CHANGED = new Cause("platform changed", Effect.NONE);

  public static final Cause ROW_CHANGED = new Cause("row changed by hand", Effect.RENEWS);

  /** Nothing in the platform's tables stands for it any more, and that has lasted. */
  public static final Cause ORPHAN = new Cause("orphan", Effect.NONE);

  public static final Cause MOVED = new Cause("moved", Effect.RENEWS);
  public static final Cause RESTART = new Cause("operator: restart", Effect.RENEWS);
  public static final Cause REDEPLOY = new Cause("operator: redeploy", Effect.RENEWS);
  public static final Cause PURGE = new Cause("operator: purge data", Effect.NONE);
  public static final Cause KEEP_DATA = new Cause("operator: keep data", Effect.RENEWS);
  public static final Cause HOLD = new Cause("operator: hold", Effect.NONE);
  public static final Cause DEAD_LETTER = new Cause("operator: dead letter", Effect.NONE);
  public static final Cause RELEASE = new Cause("operator: release", Effect.RENEWS);

  private static final List<String> END_PAUSES =
      Stream.of(ENGINE_BACK, REGISTRY_BACK, SPACE_FREED).map(Cause::word).toList();

  private static final Set<String> RENEWING =
      Stream.of(
              INSTALLED,
              CREDENTIALS,
              HOST_WELL,
              ROW_CHANGED,
              MOVED,
              RESTART,
              REDEPLOY,
              KEEP_DATA,
              RELEASE)
          .map(Cause::word)
          .collect(Collectors.toUnmodifiableSet());

  /** An operator wants everything compared. */
  public static Cause askedBy(String actor) {
    String name = StorableText.plain(actor.replace(',', ' ').strip(), StorableText.LONGEST_MESSAGE);
    return new Cause("operator %s: reconcile".formatted(name), Effect.NONE);
  }

  /** Whether it may wake what has failed. */
  public boolean renews() {
    return effect == Effect.RENEWS;
  }

  /** Whether one of the causes, in words, may wake what has failed, besides the given one. */
  public static boolean renew(String causes, Cause besides) {
    return Arrays.stream(causes.split(", "))
        .filter(word -> !word.equals(besides.word()))
        .anyMatch(RENEWING::contains);
  }

  /** Whether one of the causes, in words, ends a pause without renewing anything. */
  public static boolean endsPause(String causes) {
    return Arrays.stream(causes.split(", ")).anyMatch(END_PAUSES::contains);
  }
}
