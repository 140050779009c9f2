package io.appserver.orchestrator.rest.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.rest.access.LoginThrottle.From;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {

  private static final From GUESSER = new From("operator", "10.0.0.1");

  private final AtomicLong now = new AtomicLong(Long.MIN_VALUE + 1);
  private final LoginThrottle throttle = new LoginThrottle(now::get);

  private void fail(From from, int times) {
    for (int attempt = 0; attempt < times; attempt++) {
      assertThat(throttle.next(from)).isPresent();
      throttle.failed(from);
    }
  }

  @Test
  void afterAFewOneIsLookedAtAfterTheOther() {
    fail(GUESSER, LoginThrottle.FREE);
    assertThat(throttle.next(GUESSER)).hasValue(LoginThrottle.PACE);
    assertThat(throttle.next(GUESSER)).hasValue(LoginThrottle.PACE.multipliedBy(2));

    now.addAndGet(LoginThrottle.PACE.multipliedBy(LoginThrottle.FREE + 2).toNanos());
    assertThat(throttle.next(GUESSER)).hasValue(Duration.ZERO);
  }

  @Test
  void othersWaitForNobody() {
    fail(GUESSER, LoginThrottle.FREE + 5);
    assertThat(throttle.next(new From("viewer", "10.0.0.1"))).hasValue(Duration.ZERO);
    assertThat(throttle.next(new From("operator", "10.0.0.2"))).hasValue(Duration.ZERO);
  }

  @Test
  void aRightPasswordCostsNothing() {
    for (int login = 0; login < 1000; login++) {
      assertThat(throttle.next(GUESSER)).hasValue(Duration.ZERO);
      throttle.succeeded(GUESSER);
    }
  }

  @Test
  void aRightPasswordIsLookedAtWhateverWasWrongBefore() {
    fail(GUESSER, LoginThrottle.FREE + 10);
    now.addAndGet(LoginThrottle.PACE.multipliedBy(10).toNanos());
    assertThat(throttle.next(GUESSER))
        .hasValueSatisfying(wait -> assertThat(wait).isLessThanOrEqualTo(LoginThrottle.PACE));
  }

  @Test
  void onlySoManyWaitAndNobodyTakesAllPlaces() {
    fail(GUESSER, LoginThrottle.FREE);
    for (int guess = 0; guess < LoginThrottle.MOST_WAITING_OF_ONE; guess++) {
      assertThat(throttle.next(GUESSER)).isPresent();
    }
    assertThat(throttle.next(GUESSER)).isEmpty();

    var another = new From("viewer", "10.0.0.2");
    fail(another, LoginThrottle.FREE);
    assertThat(throttle.next(another)).hasValue(LoginThrottle.PACE);
    throttle.waited(GUESSER);
    assertThat(throttle.next(GUESSER)).isPresent();
  }

  @Test
  void soManyWaitInAllAndWhoNeedNotWaitIsStillLookedAt() {
    for (int one = 0; one < 2; one++) {
      var from = new From("operator", "10.0.1." + one);
      fail(from, LoginThrottle.FREE);
      for (int guess = 0; guess < LoginThrottle.MOST_WAITING / 2; guess++) {
        assertThat(throttle.next(from)).isPresent();
      }
    }
    fail(GUESSER, LoginThrottle.FREE);
    assertThat(throttle.next(GUESSER)).isEmpty();

    assertThat(throttle.next(new From("viewer", "10.0.0.2"))).hasValue(Duration.ZERO);
  }

  @Test
  void failuresAreCounted() {
    fail(GUESSER, 3);
    assertThat(throttle.failed(GUESSER)).isEqualTo(4);
  }
}
