package io.appserver.orchestrator.rest.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AttemptsTest {

  private final AtomicLong now = new AtomicLong();
  private final Attempts attempts = new Attempts(now::get);

  @Test
  void tooManyFailuresCloseAnAddressForTheRestOfTheWindow() {
    for (int failure = 1; failure < Attempts.MOST; failure++) {
      attempts.failed("10.0.0.1");
    }
    assertThat(attempts.exhausted("10.0.0.1")).isFalse();
    attempts.failed("10.0.0.1");
    assertThat(attempts.exhausted("10.0.0.1")).isTrue();
    assertThat(attempts.exhausted("10.0.0.2")).isFalse();

    now.addAndGet(Attempts.WINDOW.toNanos());
    assertThat(attempts.exhausted("10.0.0.1")).isTrue();
    now.incrementAndGet();
    assertThat(attempts.exhausted("10.0.0.1")).isFalse();
    attempts.failed("10.0.0.1");
    assertThat(attempts.exhausted("10.0.0.1")).isFalse(); // counted from one again
  }
}
