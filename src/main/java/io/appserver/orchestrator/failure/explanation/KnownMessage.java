package io.appserver.orchestrator.failure.explanation;

import io.appserver.orchestrator.failure.Failure;

/**
 * What an app said in its log, recognised.
 *
 * @param code of its {@link Explanation}
 * @param quote the message as it is known
 * @param meaning what it means
 * @param cure the first thing to do
 */
public record KnownMessage(String code, String quote, String meaning, String cure) {

  /** The detail of a failure that holds the code. */
  public static final String DETAIL = "recognised";

  /** For the end of a failure's message. */
  public String words() {
    return "its log says `%s`: %s; %s".formatted(quote, meaning, cure);
  }

  /** The failure with what the log says in its message and its details; said once. */
  public Failure in(Failure failure) {
    String words = words();
    Failure named =
        failure.message().contains(words)
            ? failure
            : new Failure(
                failure.code(),
                failure.message() + "; " + words,
                failure.details(),
                failure.retryAfter());
    return named.with(DETAIL, code);
  }
}
