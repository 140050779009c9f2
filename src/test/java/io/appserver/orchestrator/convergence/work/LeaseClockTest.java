package io.appserver.orchestrator.convergence.work;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.appserver.orchestrator.app.AppName;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeaseClockTest {

  private static final UUID OWNER = new UUID(0, 1);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
  private final LeaseClock clock = new LeaseClock(nanos::get);
  private final Lease todos = lease("todos", 3);
  private final Lease notes = lease("notes", 8);

  private static Lease lease(String app, long fence) {
    return new Lease("node", new AppName(app), OWNER, fence);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private void alive(Lease lease) {
    assertThatNoException().isThrownBy(() -> clock.requireAlive(lease));
  }

  private void lost(Lease lease) {
    assertThatExceptionOfType(LeaseLostException.class)
        .isThrownBy(() -> clock.requireAlive(lease))
        .withMessageContaining("app_name=" + lease.app());
  }

  @Test
  void aLeaseThatIsProlongedLivesAsLongAsACallTakes() {
    clock.taken(todos, clock.now());
    for (int minute = 0; minute < 30; minute++) {
      long asked = clock.now();
      pass(LeaseClock.HEARTBEAT);
      clock.prolonged(List.of(todos), asked);
    }
    alive(todos);

    pass(LeaseClock.TTL.minus(LeaseClock.HEARTBEAT));
    lost(todos);
  }

  @Test
  void eachLeaseLivesByItself() {
    clock.taken(todos, clock.now());
    clock.taken(notes, clock.now());
    pass(LeaseClock.TTL.minusSeconds(1));
    clock.prolonged(List.of(notes), clock.now());
    pass(Duration.ofSeconds(1));

    lost(todos);
    alive(notes);
  }

  @Test
  void anotherHoldersLeaseOfTheAppIsNotOurs() {
    clock.taken(todos, clock.now());
    clock.prolonged(List.of(lease("todos", 4)), clock.now());

    lost(lease("todos", 4));
    alive(todos);
  }

  @Test
  void whatWasGivenBackIsNotHeld() {
    clock.taken(todos, clock.now());
    long asked = clock.now();
    clock.forget(todos.app());
    clock.prolonged(List.of(todos), asked);

    lost(todos);
  }

  @Test
  void nothingIsSentWhenTooLittleOfTheLeaseIsLeft() {
    clock.taken(todos, clock.now());
    pass(LeaseClock.TTL.minus(LeaseClock.MARGIN));

    alive(todos);
    assertThatExceptionOfType(LeaseLostException.class)
        .isThrownBy(() -> clock.requireTimeToSend(todos));
  }
}
