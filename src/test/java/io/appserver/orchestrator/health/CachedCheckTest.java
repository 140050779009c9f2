package io.appserver.orchestrator.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CachedCheckTest {

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may wrap
  private final AtomicReference<CheckResult> part = new AtomicReference<>(CheckResult.good());
  private final CachedCheck check = new CachedCheck(part::get, nanos::get);

  private void after(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void isBadUntilItWasAsked() {
    assertThat(check.condition().reason()).isEqualTo("it was not asked yet");
    check.ask();
    assertThat(check.condition().isGood()).isTrue();
  }

  @Test
  void repeatsTheLastAnswerWhileItIsYoung() {
    check.ask();
    part.set(CheckResult.bad("gone"));
    after(CachedCheck.PATIENCE);
    assertThat(check.condition().isGood()).isTrue();
  }

  @Test
  void isBadWithoutAnAnswerForTooLong() {
    check.ask();
    after(Duration.ofSeconds(12));
    assertThat(check.condition().reason()).isEqualTo("no answer for 12 s");
  }

  @Test
  void remembersWhatWasWrongBeforeTheSilence() {
    part.set(CheckResult.bad("connection refused"));
    check.ask();
    after(Duration.ofSeconds(30));
    assertThat(check.condition().reason())
        .isEqualTo("no answer for 30 s; before that: connection refused");
  }

  @Test
  void isGoodAgainOnceItAnswers() {
    check.ask();
    after(Duration.ofMinutes(1));
    check.ask();
    assertThat(check.condition().isGood()).isTrue();
  }

  @Test
  void aGoodAnswerStandsForAWhileAtRest() {
    check.ask();
    part.set(CheckResult.bad("gone"));
    after(CachedCheck.STANDS_AT_REST.minusSeconds(1));
    check.askAtRest();
    after(CachedCheck.PATIENCE);
    assertThat(check.condition().isGood()).isTrue();

    check.askAtRest();
    assertThat(check.condition().reason()).isEqualTo("gone");
  }

  @Test
  void aBadAnswerIsAskedForAgainAtRestToo() {
    part.set(CheckResult.bad("gone"));
    check.ask();
    part.set(CheckResult.good());
    check.askAtRest();
    assertThat(check.condition().isGood()).isTrue();
  }

  @Test
  void takesAnExceptionForAnAnswer() {
    var failing =
        new CachedCheck(
            () -> {
              throw new IllegalStateException("out of order");
            },
            nanos::get);
    failing.ask();
    assertThat(failing.condition().reason()).isEqualTo("out of order");
  }

  @Test
  @Timeout(120)
  void isReadWhileTheQuestionHangs() throws InterruptedException {
    var asked = new CountDownLatch(1);
    var released = new CountDownLatch(1);
    var hanging =
        new CachedCheck(
            () -> {
              asked.countDown();
              try {
                released.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return CheckResult.good();
            },
            nanos::get);
    Thread asking = Thread.ofVirtual().start(hanging::ask);
    asked.await();
    after(Duration.ofSeconds(11));
    assertThat(hanging.condition().reason()).startsWith("no answer for 11 s");
    released.countDown();
    asking.join();
    assertThat(hanging.condition().isGood()).isTrue();
  }
}
