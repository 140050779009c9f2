package io.appserver.orchestrator.convergence.decide;

import io.appserver.orchestrator.failure.Failure;

/** What is known of something that has to be asked for. */
public sealed interface Answer<T> {

  /** Nobody asked, so nothing is held against the app. */
  record Unasked<T>() implements Answer<T> {}

  /** It is so. */
  record Known<T>(T value) implements Answer<T> {}

  /**
   * It was asked for, and cannot be told.
   *
   * @param why the failure that kept it from being told
   */
  record Refused<T>(Failure why) implements Answer<T> {}
}
