package io.appserver.orchestrator.runtime.call;

import java.time.Duration;

/**
 * How long a call to an engine may take. Each call has two limits. The adapter's own comes first:
 * it ends the call in words that say what to do. The interceptor's is the last resort, for what the
 * adapter cannot end.
 *
 * <p>No limit is tied to a lease, which is prolonged while a call lasts (ADR 12): slow is not
 * broken. Two limits are the operator's: those of a pull and of a start.
 */
public final class CallBudget {

  /**
   * For a question, a ping before a change, and the first word of a stream. A question is cheap,
   * and nothing is lost if it is asked again.
   */
  public static final Duration QUESTION = Duration.ofSeconds(30);

  /**
   * For a call that changes something and is no start: create, remove, rename, a signal, a network,
   * a volume. The kubelet gives a container runtime as much for any request that is not a pull or a
   * stream ({@code --runtime-request-timeout}).
   */
  public static final Duration CHANGE = Duration.ofMinutes(2);

  /**
   * For a pull that reports nothing new. The engine gives up on a silent registry after 25 s
   * itself, and reports every 100 ms while data flows.
   */
  public static final Duration SILENCE = Duration.ofMinutes(2);

  /**
   * The interceptor's limit, in minutes; for a pull and a start only if no setting takes its place.
   */
  static final long LAST_RESORT_MINUTES = 10;

  /**
   * How many questions may come on top of a change: the wait for a connection and the ping before
   * it, and another wait and an answer if it is looked up what became of the change.
   */
  private static final int QUESTIONS = 4;

  private CallBudget() {}

  /**
   * The adapter's own limit where the operator sets one, by which the interceptor counts too: less
   * by a twentieth, but not by more than a second.
   */
  public static Duration own(Duration operators) {
    Duration moment = operators.dividedBy(20);
    return operators.minus(
        moment.compareTo(Duration.ofSeconds(1)) < 0 ? moment : Duration.ofSeconds(1));
  }

  /** The longest that an adapter takes for a change, with what it asks before and after. */
  static Duration longest(Duration answer) {
    return answer.plus(QUESTION.multipliedBy(QUESTIONS));
  }
}
