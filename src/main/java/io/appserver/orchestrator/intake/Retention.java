package io.appserver.orchestrator.intake;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.intake.store.SafeExceptionText;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Deletes what is older than {@code APPSERVER_HISTORY_RETENTION}, batch by batch until nothing old
 * is left: more than a thousand rows a second, so that it keeps up with whatever comes in.
 */
@Singleton
public class Retention {

  /** How often {@link #sweep()} is to be called. */
  public static final Duration INTERVAL = Duration.ofMinutes(1);

  /** Of one transaction: some tenths of a second. */
  static final int BATCH = 5000;

  /**
   * Of the journal, whatever the retention: it tells the containers that were started here from
   * those that somebody made with our labels.
   */
  private static final Duration JOURNAL = Duration.ofDays(30);

  private static final Logger LOG = Logger.getLogger(Retention.class.getName());

  private final Duration age;
  private final List<Kind> kinds;
  private boolean troubled;
  private long deletedAtLast;

  private record Kind(String name, Deletion deletion) {}

  private interface Deletion {
    int of(Duration age, int most);
  }

  @Inject
  public Retention(Settings settings, ExpiredRows rows) {
    this.age = settings.reconciliation().retention();
    this.kinds =
        List.of(
            new Kind("closed events", rows::deleteEvents),
            new Kind("history entries", rows::deleteHistory),
            new Kind("entries of the journal", (kept, most) -> rows.deleteActs(JOURNAL, most)),
            new Kind("redeliveries", rows::deleteRedeliveries),
            new Kind("operators' requests", rows::deleteRequests),
            new Kind("stopped deployments", rows::deleteDeployments));
  }

  /**
   * One round. Never throws: a schedule would end with it. Stops between two batches if the thread
   * is interrupted.
   */
  public void sweep() {
    long began = System.nanoTime();
    var words = new StringBuilder();
    try {
      for (Kind kind : kinds) {
        long deleted = delete(kind);
        if (deleted > 0) {
          words.append(words.isEmpty() ? "" : ", ").append(deleted).append(' ').append(kind.name());
        }
      }
      troubled = false;
    } catch (RuntimeException e) {
      LOG.log(
          troubled ? Level.FINE : Level.WARNING,
          () ->
              "Old rows cannot be deleted; they are tried again: " + SafeExceptionText.describe(e));
      troubled = true;
    }
    if (!words.isEmpty() && System.nanoTime() - deletedAtLast > 0) {
      deletedAtLast = System.nanoTime() + TimeUnit.HOURS.toNanos(1); // said once an hour
      LOG.info(() ->
          "What is older than %d h is deleted, in %d ms: %s."
              .formatted(
                  age.toHours(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began), words));
    }
  }

  private long delete(Kind kind) {
    long all = 0;
    int deleted;
    do {
      deleted = kind.deletion().of(age, BATCH);
      all += deleted;
    } while (deleted == BATCH && !Thread.currentThread().isInterrupted());
    return all;
  }
}
