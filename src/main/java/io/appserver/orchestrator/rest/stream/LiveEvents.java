package io.appserver.orchestrator.rest.stream;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.History;
import io.appserver.orchestrator.failure.RecurringTask;
import io.appserver.orchestrator.rest.view.DeploymentOverview;
import io.appserver.orchestrator.rest.view.ProbeHistory;
import io.appserver.orchestrator.rest.view.Pulls;
import io.appserver.orchestrator.rest.view.Report;
import io.appserver.orchestrator.rest.view.Version;
import io.appserver.orchestrator.supervision.SupervisionObserver;
import io.appserver.orchestrator.supervision.reconcile.ReconciliationReport;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.ServiceUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells whoever listens what happens to apps, whichever instance does it: all of it stands in the
 * history, which is read several times a second while anybody listens.
 */
@Singleton
public class LiveEvents implements SupervisionObserver, ProbeHistory.Listener {

  private static final Logger LOG = Logger.getLogger(LiveEvents.class.getName());

  private static final Duration INTERVAL = Duration.ofMillis(400);

  /** Each takes a thread. */
  private static final int MOST_LISTENERS = 160;

  /** Seconds: pages come and go. */
  private static final long RETRY_AFTER = 10;

  /** More than that is not told entry by entry: everything is to be loaded anew. */
  private static final int MOST_MISSED = 1000;

  private static final Reset TOO_MUCH = new Reset("more happened than is told one by one");

  private final DeploymentOverview overview;
  private final History timeline;
  private final Pulls pulls;
  private final Version version;
  private final ExecutorService executor;
  private final ScheduledExecutorService scheduler;
  private final List<SseSubscriber> listeners = new CopyOnWriteArrayList<>();
  private final Semaphore places = new Semaphore(MOST_LISTENERS);
  private @Nullable Tail tail;
  private @Nullable Future<?> rounds;
  private boolean troubled;

  @Inject
  LiveEvents(
      DeploymentOverview overview,
      History timeline,
      Pulls pulls,
      ProbeHistory probes,
      Version version,
      ExecutorService executor,
      ScheduledExecutorService scheduler) {
    this.overview = overview;
    this.timeline = timeline;
    this.pulls = pulls;
    this.version = version;
    this.executor = executor;
    this.scheduler = scheduler;
    probes.listen(this);
  }

  /** The first word to who listens; what is newer than the entry of that id will be told. */
  public record Hello(String version, long lastId) {}

  /** How far the pull for an app is. */
  public record Progress(String app, Pulls.Pull pull) {}

  /** What a probe of an app found. */
  public record Probed(String app, Instant at, boolean healthy) {}

  /** That too much was missed. */
  public record Reset(String reason) {}

  /**
   * Tells that connection what happens from now on, and before that what it missed.
   *
   * @param lastId the last entry that was heard of, by who comes back
   */
  public void listen(SseConnection connection, Optional<AppName> app, Optional<Long> lastId) {
    if (!places.tryAcquire()) {
      throw new ServiceUnavailableException(
          "%d listen already; close some pages of the console first".formatted(MOST_LISTENERS),
          RETRY_AFTER);
    }
    var subscriber = new SseSubscriber(connection, app.map(AppName::value));
    try {
      begin(subscriber);
      lastId.ifPresent(last -> catchUp(subscriber, last));
      executor.execute(() -> {
        try {
          subscriber.run();
        } finally {
          leave(subscriber);
        }
      });
    } catch (RuntimeException e) {
      leave(subscriber);
      throw e;
    }
  }

  private void leave(SseSubscriber subscriber) {
    listeners.remove(subscriber);
    places.release();
  }

  private void catchUp(SseSubscriber subscriber, long lastId) {
    List<History.Entry> missed = timeline.after(lastId, MOST_MISSED + 1);
    if (missed.size() > MOST_MISSED) {
      subscriber.tell("reset", TOO_MUCH);
    } else {
      subscriber.replay(missed);
    }
  }

  /** Begins to read, unless somebody listens already. */
  private synchronized void begin(SseSubscriber subscriber) {
    if (rounds == null) {
      tail = new Tail(timeline, System::nanoTime);
      rounds =
          new RecurringTask("the telling of what happens", this::round)
              .every(scheduler, INTERVAL, INTERVAL);
    }
    long newest = timeline.newest();
    overview.renew();
    subscriber.tell("hello", new Hello(version.toString(), newest));
    listeners.add(subscriber);
  }

  private synchronized void round() {
    if (listeners.isEmpty()) {
      Future<?> now = rounds;
      rounds = null;
      if (now != null) {
        now.cancel(false);
      }
      return;
    }
    try {
      if (tail != null) {
        tellEntries(tail);
      }
      tellProgress();
      troubled = false;
    } catch (RuntimeException e) {
      if (!troubled) {
        LOG.log(Level.FINE, "what happened could not be told; tried again", e);
      }
      troubled = true;
    }
  }

  private void tellEntries(Tail history) {
    Tail.News news = history.read();
    if (!news.entries().isEmpty() || !news.isWhole()) {
      overview.renew();
    }
    news.entries().forEach(entry -> listeners.forEach(subscriber -> subscriber.tell(entry)));
    if (!news.isWhole()) {
      listeners.forEach(subscriber -> subscriber.tell("reset", TOO_MUCH));
    }
  }

  private void tellProgress() {
    pulls
        .all()
        .forEach((app, pull) ->
            listeners.stream()
                .filter(subscriber -> subscriber.hears(app.value()))
                .forEach(
                    subscriber -> subscriber.tell("progress", new Progress(app.value(), pull))));
  }

  @Override
  public void probed(AppName app, ProbeHistory.Probe probe) {
    listeners.stream()
        .filter(subscriber -> subscriber.isCloseBy() && subscriber.hears(app.value()))
        .forEach(subscriber ->
            subscriber.tell("probe", new Probed(app.value(), probe.at(), probe.healthy())));
  }

  @Override
  public void reconciled(ReconciliationReport report) {
    Report view = Report.of(report);
    listeners.forEach(subscriber -> subscriber.tell("reconciliation", view));
  }

  @PreDestroy
  void end() {
    listeners.forEach(SseSubscriber::end);
  }
}
