package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.look.Aims;
import io.appserver.orchestrator.convergence.work.Claim;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.runtime.Cancellation;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** An app that is worked on, for who has news of it: they may break the present look off. */
final class WorkedApp {

  private static final Logger LOG = Logger.getLogger(WorkedApp.class.getName());

  private final AppName name;
  private final Run.Place place;
  private final Aims aims;
  private final TimeSource time;
  private final MergedTask rechecks;
  private volatile Cancellation cancellation = new Cancellation();

  /** What the present look aims at; not known at its beginning. */
  private Aims.@Nullable Aim aim;

  /** There was news before that was known. */
  private boolean checkIsOwed;

  private volatile @Nullable Run look;
  private volatile long lookBegan;
  private volatile boolean givesWay;

  /** The last signal that the present look covers, or that it was checked against. */
  private volatile long seenSeq = Long.MAX_VALUE;

  WorkedApp(AppName name, Run.Place place, Aims aims, TimeSource time, Executor executor) {
    this.name = name;
    this.place = place;
    this.aims = aims;
    this.time = time;
    this.rechecks = new MergedTask(executor, this::check);
  }

  AppName name() {
    return name;
  }

  Run.Place place() {
    return place;
  }

  /** What breaks off the look that begins now. */
  Cancellation renewCancellation() {
    cancellation = new Cancellation();
    return cancellation;
  }

  /** A look begins, before what it covers is known: no news comes between. */
  void begins(Run run, Claim claim) {
    lookBegan = time.nanoTime();
    look = run;
    seenSeq = claim.signalSeq();
    aimIsUnknown();
  }

  private synchronized void aimIsUnknown() {
    aim = null;
    checkIsOwed = false;
  }

  /** The present look aims at that. */
  void aims(Aims.Aim known) {
    if (isCheckOwed(known)) {
      recheck();
    }
  }

  private synchronized boolean isCheckOwed(Aims.Aim known) {
    aim = known;
    return checkIsOwed;
  }

  /** What the present look aims at; it is checked once that is known if it is not yet. */
  private synchronized Aims.@Nullable Aim aimToCheck() {
    checkIsOwed = aim == null;
    return aim;
  }

  void cancel() {
    cancellation.request();
  }

  void signalled(long seq) {
    if (seq > seenSeq) {
      seenSeq = seq;
      tellNews();
    }
  }

  /** There is a signal that the present look does not know of. */
  void tellNews() {
    Run now = look;
    if (now != null) {
      now.tellNews();
    }
    recheck();
  }

  Duration hasWaited() {
    return Duration.ofNanos(time.nanoTime() - lookBegan);
  }

  /** Whether it waits, and no other has asked it to give way. */
  boolean isWaiting() {
    return !givesWay && look != null && !place.isTaken();
  }

  void giveWay() {
    givesWay = true;
    cancel();
  }

  boolean givesWay() {
    return givesWay;
  }

  /** Breaks the present look off if the platform or an operator has changed his mind since. */
  private void recheck() {
    try {
      rechecks.ask();
    } catch (RejectedExecutionException e) {
      LOG.log(Level.FINE, e, () -> "app_name=%s is checked at the end of its look".formatted(name));
    }
  }

  private void check() {
    try {
      Aims.Aim before = aimToCheck();
      if (before != null && !aims.aim(name).equals(before)) {
        cancel();
      }
    } catch (RuntimeException e) {
      LOG.log(Level.FINE, e, () -> "app_name=%s could not be checked".formatted(name));
    }
  }
}
