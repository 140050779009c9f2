package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.container.Cancellation;
import io.appserver.orchestrator.container.EngineEvent;
import io.appserver.orchestrator.container.EngineEvents;
import io.appserver.orchestrator.container.RuntimeView;
import io.appserver.orchestrator.deployment.DeploymentException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Follows the engine's events, again and again: what was missed in between is for who is told of
 * each new beginning to look up. A silent engine is asked whether it still answers.
 */
final class EngineWatch {

  private static final Logger LOG = Logger.getLogger(EngineWatch.class.getName());

  /** So long without an event, and the engine is asked for a sign of life. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final RuntimeView view;
  private final Listener listener;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile Cancellation stream = new Cancellation();
  private volatile long heardAt = System.nanoTime();
  private volatile String trouble = "the engine's events are not followed yet";

  /** Is told, from the watch's own thread; must return soon. */
  interface Listener {
    /**
     * From now on nothing is missed.
     *
     * @param again whether events may have been missed since an earlier beginning
     */
    void subscribed(boolean again);

    void happened(EngineEvent event);

    void lost(String why);
  }

  EngineWatch(RuntimeView view, Listener listener) {
    this.view = view;
    this.listener = listener;
  }

  /** Why the engine's events are not heard now; empty if they are. */
  String trouble() {
    return trouble;
  }

  /** Follows until stopped. */
  void run() {
    Duration pause = FIRST_PAUSE;
    boolean before = false;
    while (stopped.getCount() > 0) {
      var session = new Session(before);
      stream = new Cancellation();
      if (stopped.getCount() == 0) {
        return;
      }
      try {
        view.follow(session, stream);
        session.over("the engine said nothing any more and did not answer when asked");
      } catch (DeploymentException e) {
        session.over(e.failure().message());
      } catch (RuntimeException | Error e) {
        LOG.log(
            e instanceof Error ? Level.SEVERE : Level.WARNING,
            "the engine's events could not be followed",
            e);
        session.over(e.toString());
      }
      before |= session.begun;
      pause = session.begun ? FIRST_PAUSE : longer(pause);
      rest(pause);
    }
  }

  private static Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
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
  void check() {
    if (trouble.isEmpty() && System.nanoTime() - heardAt > SILENCE.toNanos()) {
      try {
        view.ping();
        heardAt = System.nanoTime();
      } catch (DeploymentException e) {
        LOG.fine(() -> "the engine is silent: " + e.failure().message());
        stream.request();
      } catch (RuntimeException | Error e) {
        LOG.log(Level.WARNING, "the silent engine could not be asked for a sign of life", e);
        stream.request();
      }
    }
  }

  void stop() {
    stopped.countDown();
    stream.request();
  }

  private final class Session implements EngineEvents {
    private final boolean again;
    private volatile boolean begun;

    Session(boolean again) {
      this.again = again;
    }

    @Override
    public void subscribed() {
      begun = true;
      heardAt = System.nanoTime();
      if (again) {
        LOG.info("the engine's events are followed again");
      }
      trouble = "";
      listener.subscribed(again);
    }

    @Override
    public void happened(EngineEvent event) {
      heardAt = System.nanoTime();
      listener.happened(event);
    }

    private void over(String why) {
      if (stopped.getCount() > 0 && (begun || trouble.isEmpty())) {
        LOG.warning(() -> "the engine's events are not heard any more; tried again: " + why);
        listener.lost(why);
      }
      trouble = "the engine's events are not heard: " + why;
    }
  }
}
