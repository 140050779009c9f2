package io.appserver.orchestrator.supervision.watch;

import io.appserver.orchestrator.convergence.engine.SignOfLife;
import io.appserver.orchestrator.failure.Backoff;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.runtime.EngineEvents;
import io.appserver.orchestrator.runtime.RuntimeView;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Follows the engine's events, again and again: what was missed in between is for who is told of
 * each new beginning to look up. A silent engine is asked whether it still answers.
 *
 * <p>Where the events end, the engine is asked for a sign of life. If it answers at once, they were
 * only cut off, as proxies do with streams that are quiet for a while; that is no trouble of the
 * engine. If it answers late, it may have been started anew meanwhile, and counts as having been
 * away.
 */
public final class EngineWatch {

  private static final Logger LOG = Logger.getLogger(EngineWatch.class.getName());

  /** So long without an event, and the engine is asked for a sign of life. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private static final Backoff PAUSES = new Backoff(Duration.ofMillis(250), Duration.ofSeconds(2));

  private final RuntimeView view;
  private final Listener listener;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile Cancellation stream = new Cancellation();
  private volatile long heardAt = System.nanoTime();
  private volatile String trouble = "the engine's events are not followed yet";

  private boolean followedBefore;
  private boolean cutBefore;

  /** Since the events were followed last: whether the engine did not answer when it was asked. */
  private boolean away;

  /** Whether it did not answer while its events were quiet. */
  private volatile boolean wasSilent;

  /** What the events are followed after. */
  public enum Beginning {
    FIRST,
    /** Events may have been missed; the engine answered all the while. */
    AFTER_CUT,
    /** The engine was away. */
    AFTER_TROUBLE
  }

  /** Is told, from the watch's own thread; must return soon. */
  public interface Listener {
    /** From now on nothing is missed. */
    void subscribed(Beginning beginning);

    void happened(EngineEvent event);

    /** The events are not heard, though the engine answers. */
    void cut();

    /** The engine does not answer, or did not for a while. Is told each time that it is found. */
    void lost();
  }

  public EngineWatch(RuntimeView view, Listener listener) {
    this.view = view;
    this.listener = listener;
  }

  /** Why the engine's events are not heard now; empty if they are. */
  public String trouble() {
    return trouble;
  }

  /** Follows until stopped. */
  public void run() {
    Duration pause = PAUSES.first();
    while (stopped.getCount() > 0) {
      var session = new Session();
      stream = new Cancellation();
      if (stopped.getCount() == 0) {
        return;
      }
      try {
        view.follow(session, stream);
        over(session, "the engine said nothing any more and did not answer when asked");
      } catch (DeploymentException e) {
        over(session, e.failure().message());
      } catch (RuntimeException | Error e) {
        LOG.log(
            e instanceof Error ? Level.SEVERE : Level.WARNING,
            "the engine's events could not be followed",
            e);
        over(session, e.toString());
      }
      pause = session.begun ? PAUSES.first() : PAUSES.next(pause);
      rest(pause);
    }
  }

  private void rest(Duration pause) {
    try {
      if (stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
    }
  }

  /**
   * Asks a silent engine for a sign of life; to be called every few seconds. Throws nothing: a
   * schedule would end.
   */
  public void check() {
    if (trouble.isEmpty() && System.nanoTime() - heardAt > SILENCE.toNanos()) {
      try {
        view.ping();
        heardAt = System.nanoTime();
      } catch (DeploymentException e) {
        if (e.code() == FailureCode.ENGINE_BUSY) {
          return; // it was not asked; it is at the next check
        }
        LOG.fine(() -> "the engine is silent: " + e.failure().message());
        wasSilent = true;
        stream.request();
      } catch (RuntimeException | Error e) {
        LOG.log(Level.WARNING, "the silent engine could not be asked for a sign of life", e);
        stream.request();
      }
    }
  }

  public void stop() {
    stopped.countDown();
    stream.request();
  }

  private void over(Session session, String why) {
    if (stopped.getCount() == 0) {
      return;
    }
    boolean silent = wasSilent;
    wasSilent = false; // it is of this time only
    SignOfLife sign = signOfLife();
    if (sign == SignOfLife.NONE) {
      if (!away) {
        LOG.warning(() -> "the engine's events are not heard any more; tried again: " + why);
      }
      away = true;
      listener.lost();
      trouble = "the engine's events are not heard: " + why;
      return;
    }
    if (sign == SignOfLife.WAS_AWAY || silent) {
      if (!away) {
        LOG.warning(() ->
            "the engine's events ended and it did not answer for a while, as if it was started anew: "
                + why);
      }
      away = true;
      listener.lost();
    }
    listener.cut();
    if (session.begun && away) {
      trouble = "the engine's events are not heard: " + why;
    } else if (session.begun) {
      LOG.log(
          cutBefore ? Level.FINE : Level.INFO,
          () ->
              "the engine's events were cut off, and the engine answers; they are followed anew. Is"
                  + " there a proxy that cuts off quiet streams? "
                  + why);
      cutBefore = true;
    } else {
      if (trouble.isEmpty()) {
        LOG.warning(() -> "the engine answers, but its events cannot be followed: " + why);
      }
      trouble = "the engine answers, but its events are not heard: " + why;
    }
  }

  private SignOfLife signOfLife() {
    try {
      return SignOfLife.of(view, System::nanoTime);
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, "the engine could not be asked for a sign of life", e);
      return SignOfLife.NONE;
    }
  }

  private final class Session implements EngineEvents {
    private volatile boolean begun;

    @Override
    public void subscribed() {
      begun = true;
      heardAt = System.nanoTime();
      if (followedBefore && away) {
        LOG.info("the engine's events are followed again");
      }
      trouble = "";
      var beginning = away ? Beginning.AFTER_TROUBLE : Beginning.AFTER_CUT;
      listener.subscribed(followedBefore ? beginning : Beginning.FIRST);
      followedBefore = true;
      away = false;
    }

    @Override
    public void happened(EngineEvent event) {
      heardAt = System.nanoTime();
      listener.happened(event);
    }
  }
}
