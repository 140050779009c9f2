package io.appserver.orchestrator.convergence.engine;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.work.Lane;
import io.appserver.orchestrator.convergence.work.RestartPause;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.RuntimeControl;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The images on their way, at most one for each app. A pull goes on beside the looks at its app: it
 * outlives a look that is broken off because something was told meanwhile, and is joined by the
 * next. A bounded number goes on at once; the others wait for that in the order in which they came.
 *
 * <p>Nothing of this is stored. After the end of the process the next look begins the pull again,
 * and the engine goes on with the layers that it has.
 */
@Singleton
public final class Pulls {

  /** How often a look that waits for its pull sees whether its lease is alive. */
  private static final Duration TURN = Duration.ofSeconds(5);

  private final RuntimeControl control;
  private final ExecutorService executor;
  private final Lane lane;
  private final TimeSource time;
  private final Map<AppName, Pull> pulls = new ConcurrentHashMap<>();

  /**
   * @param executor gives each pull a thread of its own
   */
  @Inject
  public Pulls(
      RuntimeControl control, ExecutorService executor, Settings settings, TimeSource time) {
    this.control = control;
    this.executor = executor;
    this.lane = new Lane(settings.containers().maxConcurrentDeployments(), time);
    this.time = time;
  }

  /** One image on its way. */
  final class Pull implements Runnable {
    private final ImageReference reference;
    private final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<Image> result = new CompletableFuture<>();
    private final List<Runnable> waiting = new CopyOnWriteArrayList<>();
    private final long joinedNanos = time.nanoTime();
    private volatile long begunNanos = joinedNanos;
    private volatile boolean begun;

    /** Only of the app's one worker. */
    private int starts;

    private @Nullable Long startDueNanos;

    private Pull(ImageReference reference) {
      this.reference = reference;
    }

    @Override
    public void run() {
      try {
        Lane.Place place = lane.enter(cancellation);
        try {
          begunNanos = time.nanoTime();
          begun = true;
          result.complete(control.pull(reference, cancellation));
        } finally {
          place.leave();
        }
      } catch (RuntimeException | Error e) {
        result.completeExceptionally(e);
        if (e instanceof Error error) {
          throw error;
        }
      } finally {
        waiting.forEach(Runnable::run);
      }
    }

    /** Whether it has ended, well or not. */
    boolean isOver() {
      return result.isDone();
    }

    /** How long it has been going on, or took, without the wait for its turn. */
    Duration age() {
      return Duration.ofNanos(time.nanoTime() - begunNanos);
    }

    /** How long the version before, which has ended, is to rest before it is started again. */
    Duration restOfStandIn() {
      long now = time.nanoTime();
      Long due = startDueNanos;
      if (due == null) {
        due = now + RestartPause.after(starts + 1).toNanos();
        startDueNanos = due;
      }
      return Duration.ofNanos(Math.max(0, due - now));
    }

    void standInIsStarted() {
      starts++;
      startDueNanos = null;
    }

    private void cancel() {
      cancellation.request();
    }
  }

  /** The pull of the image for the app: the one under way, or one that begins now. */
  Pull of(AppName app, ImageReference reference) {
    Pull known = pulls.get(app);
    if (known != null && known.reference.equals(reference)) {
      return known;
    }
    forget(app);
    var fresh = new Pull(reference);
    pulls.put(app, fresh);
    try {
      executor.execute(fresh);
    } catch (RejectedExecutionException e) {
      fresh.result.completeExceptionally(new CancelledException("no pull begins any more"));
    }
    return fresh;
  }

  /**
   * Waits until the pull is over.
   *
   * @return the image; whatever the pull failed by is thrown
   * @throws CancelledException if there is news of the app before; the pull goes on
   */
  Image await(Run run, Pull pull) {
    await(run, pull, Duration.ofDays(365));
    pulls.remove(run.app(), pull);
    try {
      return pull.result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** As {@link #await(Run, Pull)}, that long at most and without its result. */
  void await(Run run, Pull pull, Duration atMost) {
    long deadline = time.nanoTime() + atMost.toNanos();
    pull.waiting.add(run::ring);
    run.aside(() -> {
      while (!pull.isOver() && deadline - time.nanoTime() > 0) {
        Duration left = Duration.ofNanos(deadline - time.nanoTime());
        run.awaitNews(left.compareTo(TURN) < 0 ? left : TURN);
      }
      return true;
    });
    run.checkpoint();
  }

  /** Whether that is the app's pull, over or not. */
  boolean isOf(AppName app, ImageReference reference) {
    Pull pull = pulls.get(app);
    return pull != null && pull.reference.equals(reference);
  }

  /** Whether a pull for the app has begun and is not over. */
  public boolean underWay(AppName app) {
    Pull pull = pulls.get(app);
    return pull != null && pull.begun && !pull.isOver();
  }

  /** Nobody waits for the app's image any more: its pull is given up. */
  public void forget(AppName app) {
    Pull pull = pulls.remove(app);
    if (pull != null) {
      pull.cancel();
    }
  }
}
