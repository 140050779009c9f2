package io.appserver.orchestrator.convergence.record;

import io.appserver.orchestrator.failure.Failure;
import jakarta.enterprise.context.Dependent;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What cannot be done now and has no row of its own to count in: told once, with pauses that grow,
 * as a {@link Postponement} is. Known as long as the process lives; the next one tells it anew.
 */
@Dependent
public final class Unfinished {

  private record Tries(int inVain, String words) {
    static final Tries NONE = new Tries(0, "");
  }

  private final Map<String, Tries> known = new ConcurrentHashMap<>();

  /** Whether it failed with those words the last time, too. */
  public boolean isTold(String what, Failure failure) {
    return known.getOrDefault(what, Tries.NONE).words().equals(failure.message());
  }

  /** One more try was in vain. Returns the pause before the next. */
  public Duration failed(String what, Failure failure) {
    int inVain = known.getOrDefault(what, Tries.NONE).inVain() + 1;
    known.put(what, new Tries(inVain, failure.message()));
    return Postponement.after(inVain);
  }

  /** It is done, or not to be done any more. */
  public void settled(String what) {
    known.remove(what);
  }
}
