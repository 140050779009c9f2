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

  /**
   * How long a good answer stands at rest without a question. What disturbs the rest ends that, as
   * a database does that does not answer when this instance says that it is alive.
   */
  static final Duration STANDS_AT_REST = Duration.ofSeconds(30);

  /**
   * @param asked when the question was asked
   * @param at since when the answer grows old
   */
  private record Answer(CheckResult condition, long asked, long at) {}

  CachedCheck(Supplier<CheckResult> question, LongSupplier nanoTime) {
    this.question = question;
    this.nanoTime = nanoTime;
    long now = nanoTime.getAsLong();
    this.last = new Answer(CheckResult.bad("it was not asked yet"), now, now);
  }

  /** Asks, and keeps the answer. An exception is one. */
  synchronized void ask() {
    long asked = nanoTime.getAsLong();
    last = new Answer(answer(), asked, nanoTime.getAsLong());
  }

  /** Asks unless the last answer is good, and was asked for a moment ago. */
  synchronized void askAtRest() {
    Answer known = last;
    long now = nanoTime.getAsLong();
    if (known.condition().isGood() && now - known.asked() < STANDS_AT_REST.toNanos()) {
      last = new Answer(known.condition(), known.asked(), now);
    } else {
      ask();
    }
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
