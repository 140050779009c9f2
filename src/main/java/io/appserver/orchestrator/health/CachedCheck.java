package io.appserver.orchestrator.health;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a part last said of itself: asked by one thread, however long that takes, and read by others
 * without waiting.
 */
final class CachedCheck {

  /**
   * An answer this old counts no more. The engine may take 5 s for a question, the database's pool
   * for a connection.
   */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Supplier<CheckResult> question;
  private final LongSupplier nanoTime;
  private volatile Answer last;

  private record Answer(CheckResult condition, long at) {}

  CachedCheck(Supplier<CheckResult> question, LongSupplier nanoTime) {
    this.question = question;
    this.nanoTime = nanoTime;
    this.last = new Answer(CheckResult.bad("it was not asked yet"), nanoTime.getAsLong());
  }

  /** Asks, and keeps the answer. An exception is one. */
  void ask() {
    last = new Answer(answer(), nanoTime.getAsLong());
  }

  private CheckResult answer() {
    try {
      return question.get();
    } catch (RuntimeException e) {
      return CheckResult.bad(String.valueOf(e.getMessage()));
    }
  }

  /** The last answer; bad if there was none for too long. */
  CheckResult condition() {
    Answer answer = last;
    var age = Duration.ofNanos(nanoTime.getAsLong() - answer.at());
    if (age.compareTo(PATIENCE) <= 0) {
      return answer.condition();
    }
    String before =
        answer.condition().isGood() ? "" : "; before that: " + answer.condition().reason();
    return CheckResult.bad("no answer for %d s%s".formatted(age.toSeconds(), before));
  }
}
