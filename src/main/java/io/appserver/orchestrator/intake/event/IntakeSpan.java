package io.appserver.orchestrator.intake.event;

import io.appserver.orchestrator.app.AppName;
import java.util.List;
import java.util.Optional;

/** A message that is being taken, as an observer follows it. */
public interface IntakeSpan {

  /** The outcome of what was read. */
  String TAKEN = "taken";

  /** The outcome of what could not be stored: the broker delivers it again. */
  String NOT_KEPT = "not_kept";

  /** For who does not want to know. */
  IntakeSpan UNWATCHED = (app, outcome) -> {};

  /**
   * The trace it is part of, as W3C Trace Context writes it; kept with the event, so that what it
   * leads to is part of it too. Empty where nothing is traced.
   */
  default Optional<String> traceparent() {
    return Optional.empty();
  }

  /**
   * It is over.
   *
   * @param app if the event named one
   * @param outcome {@link #TAKEN}, the code it was rejected with, or {@link #NOT_KEPT}
   */
  void ended(Optional<AppName> app, String outcome);

  /** For all of them as for one. */
  static IntakeSpan all(List<IntakeSpan> spans) {
    return new IntakeSpan() {
      @Override
      public Optional<String> traceparent() {
        return spans.stream().map(IntakeSpan::traceparent).flatMap(Optional::stream).findFirst();
      }

      @Override
      public void ended(Optional<AppName> app, String outcome) {
        spans.forEach(taking -> taking.ended(app, outcome));
      }
    };
  }
}
