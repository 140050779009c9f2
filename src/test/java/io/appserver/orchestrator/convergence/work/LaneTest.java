package io.appserver.orchestrator.convergence.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LaneTest {

  private static final Duration LONG = Duration.ofSeconds(15);

  private final Passing time = new Passing();

  /** Passes while somebody waits in vain, and not else. */
  private static final class Passing implements TimeSource {
    private Duration now = Duration.ZERO;

    @Override
    public Clock clock() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long nanoTime() {
      return now.toNanos();
    }

    @Override
    public boolean tryAcquire(Semaphore bell, Duration atMost) {
      boolean rang = bell.tryAcquire();
      now = rang ? now : now.plus(atMost);
      return rang;
    }
  }

  private Lane lane(int places, int mostSlow) {
    return new Lane(places, new Lane.Patience(LONG, mostSlow), time);
  }

  @Test
  void whatIsSlowGivesItsPlaceToTheNextTheOldestFirst() {
    Lane lane = lane(2, 2);
    lane.enter();
    time.now = Duration.ofSeconds(5);
    lane.enter();
    assertThat(time.now).as("two find places").isEqualTo(Duration.ofSeconds(5));

    lane.enter();
    assertThat(time.now).as("the first is slow").isEqualTo(LONG);
    lane.enter();
    assertThat(time.now).as("the second is slow").isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void nobodyGivesAPlaceThatNobodyWants() {
    Lane lane = lane(1, 1);
    Lane.Place slow = lane.enter();
    time.now = LONG.multipliedBy(4);
    slow.leave();

    lane.enter();
    lane.enter();
    assertThat(time.now).isEqualTo(LONG.multipliedBy(5));
    assertThatExceptionOfType(LaneStandsException.class).isThrownBy(lane::enter);
  }

  @Test
  void tellsWhoWaitsInVainAndLetsThemInOnceSomethingEnds() {
    Lane lane = lane(1, 1);
    Lane.Place slow = lane.enter();
    Lane.Place next = lane.enter();

    assertThatExceptionOfType(LaneStandsException.class)
        .isThrownBy(lane::enter)
        .withMessage("2 are under way, each for longer than 15 s");
    assertThat(time.now).as("not before all are slow").isEqualTo(LONG.multipliedBy(2));

    slow.leave();
    Lane.Place last = lane.enter();
    assertThat(time.now).as("at once").isEqualTo(LONG.multipliedBy(2));

    next.leave();
    last.leave();
    lane.enter();
    assertThat(time.now).as("its one place is free").isEqualTo(LONG.multipliedBy(2));
    lane.enter();
    assertThat(time.now).as("and only that").isEqualTo(LONG.multipliedBy(3));
  }

  @Test
  void whoHadAPlaceIsLetInBeforeThoseWhoWaitInTheOrderOfTheReturns() {
    var lane = new Lane(1, TimeSource.REAL);
    Lane.Place first = lane.enter();
    var order = new LinkedBlockingQueue<String>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Map<String, Supplier<Lane.Place>> comers = new LinkedHashMap<>();
      comers.put("new", lane::enter);
      comers.put("again", lane::enterAgain);
      comers.put("again, later", lane::enterAgain);
      comers.forEach((name, comer) -> {
        int before = lane.waiting();
        threads.execute(() -> {
          Lane.Place place = comer.get();
          order.add(name);
          place.leave();
        });
        await().until(() -> lane.waiting() > before);
      });
      first.leave();
    }
    assertThat(order).containsExactly("again", "again, later", "new");
  }

  @Test
  void aLaneWithoutPatienceKeepsEachPlaceUntilItIsLeft() {
    var lane = new Lane(1, time);
    Lane.Place first = lane.enter();
    time.now = Duration.ofDays(1);
    var cancelled = new Cancellation();
    cancelled.request();

    assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> lane.enter(cancelled));

    first.leave();
    lane.enter(cancelled);
    assertThat(time.now).isEqualTo(Duration.ofDays(1));
  }
}
