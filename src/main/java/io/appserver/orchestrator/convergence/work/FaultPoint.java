package io.appserver.orchestrator.convergence.work;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Places between two steps that outlast the process, where tests kill or hold it to see what the
 * next start makes of that. There only if the system property {@value #PROPERTY} was set when the
 * process began; otherwise passing one does nothing.
 *
 * <p>The property says what befalls the process where: {@code KILL@create.opened:1} at the first
 * passage of that point, {@code STOP@any:7} at the seventh of any. Passages are counted from when
 * it was given its present value; with an empty one they are only logged.
 */
public final class FaultPoint {

  static final String PROPERTY = "orchestrator.fault";

  private static final Logger LOG = Logger.getLogger(FaultPoint.class.getName());

  private static final @Nullable FaultPoint SWITCHED_ON =
      System.getProperty(PROPERTY) == null ? null : new FaultPoint();

  private final Map<String, Integer> passages = new HashMap<>();
  private String plan = "";

  private FaultPoint() {}

  /** This step has come to that moment. */
  public static void pass(String step, String moment) {
    if (SWITCHED_ON != null) {
      SWITCHED_ON.passed(step + "." + moment);
    }
  }

  /** One at a time: what is held is held as a whole. */
  private synchronized void passed(String point) {
    String now = System.getProperty(PROPERTY, "");
    if (!now.equals(plan)) {
      plan = now;
      passages.clear();
    }
    int any = passages.merge("any", 1, Integer::sum);
    int same = passages.merge(point, 1, Integer::sum);
    LOG.info(() -> "fault point %d is %s:%d".formatted(any, point, same));
    int at = plan.indexOf('@');
    String where = plan.substring(at + 1);
    if (at > 0 && (where.equals("any:" + any) || where.equals(point + ":" + same))) {
      send(plan.substring(0, at));
    }
  }

  /** A real signal to itself: what the process goes through is what it would be from outside. */
  private static void send(String signal) {
    String self = Long.toString(ProcessHandle.current().pid());
    try {
      new ProcessBuilder("kill", "-" + signal, self).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
