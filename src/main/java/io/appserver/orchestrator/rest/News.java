package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.Timeline;
import io.appserver.orchestrator.supervision.ReconciliationReport;
import io.appserver.orchestrator.supervision.SupervisionObserver;
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
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells whoever listens what happens to apps, whichever instance does it: all of it stands in the
 * history, which is read several times a second while anybody listens.
 */
@Singleton
class News implements SupervisionObserver, ProbeHistory.Listener {

  private static final Logger LOG = Logger.getLogger(News.class.getName());

  private static final Duration INTERVAL = Duration.ofMillis(400);

  /** Each takes a thread. */
  private static final int MOST_LISTENERS = 160;

  /** Seconds: pages come and go. */
  private static final long RETRY_AFTER = 10;

  /** More than that is not told entry by entry: everything is to be loaded anew. */
  private static final int MOST_MISSED = 1000;

  private static final Reset TOO_MUCH = new Reset("more happened than is told one by one");

  private final Board board;
  private final Timeline timeline;
  private final Pulls pulls;
  private final Version version;
  private final ExecutorService executor;
  private final ScheduledExecutorService scheduler;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Semaphore places = new Semaphore(MOST_LISTENERS);
  private @Nullable Tail tail;
  private @Nullable Future<?> rounds;
  private boolean troubled;

  @Inject
  News(
      Board board,
      Timeline timeline,
      Pulls pulls,
      ProbeHistory probes,
      Version version,
      ExecutorService executor,
      ScheduledExecutorService scheduler) {
    this.board = board;
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
   * @param lastId the last entry that was heard of, by who comes back
   */
  void listen(Outlet outlet, Optional<AppName> app, Optional<Long> lastId) {
    if (!places.tryAcquire()) {
      throw new ServiceUnavailableException(
          "%d listen already; close some pages of the console first".formatted(MOST_LISTENERS),
          RETRY_AFTER);
    }
    var listener = new Listener(outlet, app.map(AppName::value));
    try {
      begin(listener);
      lastId.ifPresent(last -> catchUp(listener, last));
      executor.execute(() -> {
        try {
          listener.run();
        } finally {
          leave(listener);
        }
      });
    } catch (RuntimeException e) {
      leave(listener);
      throw e;
    }
  }

  private void leave(Listener listener) {
    listeners.remove(listener);
    places.release();
  }

  private void catchUp(Listener listener, long lastId) {
    List<Timeline.Entry> missed = timeline.after(lastId, MOST_MISSED + 1);
    if (missed.size() > MOST_MISSED) {
      listener.tell("reset", TOO_MUCH);
    } else {
      listener.replay(missed);
    }
  }

  /** Begins to read, unless somebody listens already. */
  private synchronized void begin(Listener listener) {
    if (rounds == null) {
      tail = new Tail(timeline, System::nanoTime);
      rounds =
          scheduler.scheduleWithFixedDelay(
              this::round, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }
    long newest = timeline.newest();
    board.renew();
    listener.tell("hello", new Hello(version.toString(), newest));
    listeners.add(listener);
  }

  /** Throws nothing: a schedule would end. */
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
      board.renew();
    }
    news.entries().forEach(entry -> listeners.forEach(listener -> listener.tell(entry)));
    if (!news.isWhole()) {
      listeners.forEach(listener -> listener.tell("reset", TOO_MUCH));
    }
  }

  private void tellProgress() {
    pulls
        .all()
        .forEach((app, pull) ->
            listeners.stream()
                .filter(listener -> listener.hears(app.value()))
                .forEach(listener -> listener.tell("progress", new Progress(app.value(), pull))));
  }

  @Override
  public void probed(AppName app, ProbeHistory.Probe probe) {
    listeners.stream()
        .filter(listener -> listener.isCloseBy() && listener.hears(app.value()))
        .forEach(listener ->
            listener.tell("probe", new Probed(app.value(), probe.at(), probe.healthy())));
  }

  @Override
  public void reconciled(ReconciliationReport report) {
    ReconciliationResource.Report view = ReconciliationResource.Report.of(report);
    listeners.forEach(listener -> listener.tell("reconciliation", view));
  }

  @PreDestroy
  void end() {
    listeners.forEach(Listener::end);
  }
}
