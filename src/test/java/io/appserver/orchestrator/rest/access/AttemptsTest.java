package io.appserver.orchestrator.rest.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.rest.access.Attempts.From;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AttemptsTest {

  private static final From GUESSER = new From("operator", "10.0.0.1");

  private final AtomicLong now = new AtomicLong(Long.MIN_VALUE + 1);
  private final Attempts attempts = new Attempts(now::get);

  private void fail(From from, int times) {
    for (int attempt = 0; attempt < times; attempt++) {
      assertThat(attempts.next(from)).isPresent();
      attempts.failed(from);
    }
  }

  @Test
  void afterAFewOneIsLookedAtAfterTheOther() {
    fail(GUESSER, Attempts.FREE);
    assertThat(attempts.next(GUESSER)).hasValue(Attempts.PACE);
    assertThat(attempts.next(GUESSER)).hasValue(Attempts.PACE.multipliedBy(2));

    now.addAndGet(Attempts.PACE.multipliedBy(Attempts.FREE + 2).toNanos());
    assertThat(attempts.next(GUESSER)).hasValue(Duration.ZERO);
  }

  @Test
  void othersWaitForNobody() {
    fail(GUESSER, Attempts.FREE + 5);
    assertThat(attempts.next(new From("viewer", "10.0.0.1"))).hasValue(Duration.ZERO);
    assertThat(attempts.next(new From("operator", "10.0.0.2"))).hasValue(Duration.ZERO);
  }

  @Test
  void aRightPasswordCostsNothing() {
    for (int login = 0; login < 1000; login++) {
      assertThat(attempts.next(GUESSER)).hasValue(Duration.ZERO);
      attempts.succeeded(GUESSER);
    }
  }

  @Test
  void aRightPasswordIsLookedAtWhateverWasWrongBefore() {
    fail(GUESSER, Attempts.FREE + 10);
    now.addAndGet(Attempts.PACE.multipliedBy(10).toNanos());
    assertThat(attempts.next(GUESSER))
        .hasValueSatisfying(wait -> assertThat(wait).isLessThanOrEqualTo(Attempts.PACE));
  }

  @Test
  void onlySoManyWaitAndNobodyTakesAllPlaces() {
    fail(GUESSER, Attempts.FREE);
    for (int guess = 0; guess < Attempts.MOST_WAITING_OF_ONE; guess++) {
      assertThat(attempts.next(GUESSER)).isPresent();
    }
    assertThat(attempts.next(GUESSER)).isEmpty();

    var another = new From("viewer", "10.0.0.2");
    fail(another, Attempts.FREE);
    assertThat(attempts.next(another)).hasValue(Attempts.PACE);
    attempts.waited(GUESSER);
    assertThat(attempts.next(GUESSER)).isPresent();
  }

  @Test
  void failuresAreCounted() {
    fail(GUESSER, 3);
    assertThat(attempts.failed(GUESSER)).isEqualTo(4);
  }
}
