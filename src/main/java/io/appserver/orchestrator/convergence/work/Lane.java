package io.appserver.orchestrator.convergence.work;

import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;

/**
 * A bounded number of places for one kind of work. Those who find none free get one in the order in
 * which they came. Where a lane has patience, what outlasts it gives its place to the next and goes
 * on without one; of such there is a bounded number, too.
 */
public final class Lane {

  /** A wait ends by a free place; this only bounds the sleep of one thread. */
  private static final Duration TURN = Duration.ofMinutes(1);

  private static final Patience ENDLESS = new Patience(Duration.ofDays(36_500), 0);

  private final TimeSource time;
  private final Patience patience;
  private final Deque<Place> waiting = new ArrayDeque<>();

  /** Those that had a place before; they go first. */
  private final Deque<Place> returning = new ArrayDeque<>();

  /** The places that are taken, since the longest time first. */
  private final Deque<Place> taken = new ArrayDeque<>();

  private int free;
  private int spare;

  /**
   * How long work may keep a place that others want.
   *
   * @param atMost what takes longer is slow
   * @param mostSlow so many may go on without a place at once
   */
  public record Patience(Duration atMost, int mostSlow) {}

  /** A lane in which all keep their places until they leave. */
  public Lane(int places, TimeSource time) {
    this(places, ENDLESS, time);
  }

  /**
   * @param places how many may be in it at once, those not counted that are slow; from 1
   */
  public Lane(int places, Patience patience, TimeSource time) {
    this.free = places;
    this.spare = patience.mostSlow();
    this.patience = patience;
    this.time = time;
  }

  /** Somebody's, from {@link #enter} until it is left, once. */
  public final class Place {
    private final Semaphore bell = new Semaphore(0);
    private long takenNanos;

    private Place() {}

    /** Gives it to who has waited longest. */
    public void leave() {
      Lane.this.leave(this);
    }
  }

  /** Waits for a place, however long that takes. */
  public Place enter() {
    return enter(new Cancellation());
  }

  /**
   * Waits for a place.
   *
   * @throws CancelledException if that is requested before a place is free
   * @throws LaneStandsException if all that is in it is slow, and no more of that may go on
   */
  public Place enter(Cancellation cancellation) {
    return enter(cancellation, waiting);
  }

  /**
   * As {@link #enter()}, before those that have not been in it: for who had a place and lent it.
   */
  public Place enterAgain() {
    return enter(new Cancellation(), returning);
  }

  private Place enter(Cancellation cancellation, Deque<Place> queue) {
    var place = new Place();
    boolean entered = false;
    boolean interrupted = false;
    var registration = cancellation.onRequest(place.bell::release);
    try {
      entered = queue(place, queue);
      while (!entered) {
        interrupted |= interruptedWhileWaiting(place.bell);
        entered = wasGiven(place);
        if (!entered && cancellation.requested()) {
          throw new CancelledException("cancelled while waiting for a free place");
        }
      }
    } finally {
      registration.close();
      if (!entered) {
        giveUp(place);
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return place;
  }

  /** An interrupt does not end the wait: it is ended by a free place or by the cancellation. */
  private boolean interruptedWhileWaiting(Semaphore bell) {
    try {
      boolean rang = time.tryAcquire(bell, untilNextIsSlow());
      return !rang && Thread.interrupted();
    } catch (InterruptedException e) {
      return true;
    }
  }

  private synchronized Duration untilNextIsSlow() {
    Place next = spare > 0 ? taken.peekFirst() : taken.peekLast();
    Duration left = next == null ? TURN : patience.atMost().minus(age(next));
    return left.compareTo(TURN) < 0 ? left : TURN;
  }

  private synchronized boolean queue(Place place, Deque<Place> queue) {
    queue.addLast(place);
    return wasGiven(place);
  }

  /** Whoever lets it in takes it out of the queue: the place is theirs then. */
  private synchronized boolean wasGiven(Place place) {
    letIn();
    boolean given = !waiting.contains(place) && !returning.contains(place);
    if (!given && stands()) {
      throw new LaneStandsException(taken.size() + patience.mostSlow(), patience.atMost());
    }
    return given;
  }

  /** How many wait for a place. */
  synchronized int waiting() {
    return waiting.size() + returning.size();
  }

  private synchronized void giveUp(Place place) {
    if (!waiting.remove(place) && !returning.remove(place)) {
      leave(place);
    }
  }

  private synchronized void leave(Place place) {
    if (taken.remove(place)) {
      free++;
    } else {
      spare++;
    }
    letIn();
  }

  private void letIn() {
    while (waiting() > 0 && (free > 0 || takesFromTheSlowest())) {
      free--;
      Place next = returning.isEmpty() ? waiting.removeFirst() : returning.removeFirst();
      next.takenNanos = time.nanoTime();
      taken.addLast(next);
      next.bell.release();
    }
  }

  private boolean takesFromTheSlowest() {
    Place oldest = taken.peekFirst();
    boolean may = spare > 0 && oldest != null && isSlow(oldest);
    if (may) {
      taken.removeFirst();
      spare--;
      free++;
    }
    return may;
  }

  private boolean stands() {
    Place newest = taken.peekLast();
    return spare == 0 && newest != null && isSlow(newest);
  }

  private boolean isSlow(Place place) {
    return age(place).compareTo(patience.atMost()) >= 0;
  }

  private Duration age(Place place) {
    return Duration.ofNanos(time.nanoTime() - place.takenNanos);
  }
}
