package io.appserver.orchestrator.intake;

import io.appserver.orchestrator.convergence.Look;
import io.appserver.orchestrator.convergence.Look.Result;
import io.appserver.orchestrator.convergence.Look.Wanted;
import io.appserver.orchestrator.deployment.Failure;
import io.appserver.orchestrator.deployment.FailureCode;
import java.util.List;

/** What becomes of the open events of one app, given a look that covered their signals. */
final class Verdicts {

  private final Look look;
  private final List<OpenEvent> oldestFirst;

  Verdicts(Look look, List<OpenEvent> oldestFirst) {
    this.look = look;
    this.oldestFirst = oldestFirst;
  }

  Verdict on(OpenEvent event) {
    return switch (look.result()) {
      case Result.Running() ->
          event.kind() == EventKind.INSTALLED ? new Verdict.Done() : contradicted(event);
      case Result.Gone() ->
          event.kind() == EventKind.UNINSTALLED ? new Verdict.Done() : contradicted(event);
      case Result.Failed(var reason) -> agrees(event) ? failed(event, reason) : contradicted(event);
      case Result.Waiting(var reason) ->
          agrees(event) || reason.code() == FailureCode.PLATFORM_SCHEMA
              ? new Verdict.Stay()
              : contradictedWhileWaiting(event);
    };
  }

  /** Whether the platform wants what the event says. */
  private boolean agrees(OpenEvent event) {
    return (event.kind() == EventKind.INSTALLED) == (look.wanted() == Wanted.INSTALLED);
  }

  private Verdict failed(OpenEvent event, Failure reason) {
    boolean newest =
        oldestFirst.stream()
            .filter(other -> other.kind() == event.kind())
            .reduce((older, newer) -> newer)
            .filter(event::equals)
            .isPresent();
    return newest
        ? new Verdict.Dead(reason.code().code(), reason.message())
        : new Verdict.Superseded("a newer event of its kind failed: " + reason.code().code());
  }

  private Verdict contradicted(OpenEvent event) {
    if (laterSaysOtherwise(event)) {
      return new Verdict.Superseded("a later event says the opposite");
    }
    if (!event.overdue()) {
      return new Verdict.Review();
    }
    if (event.kind() == EventKind.INSTALLED && look.wanted() == Wanted.UNKNOWN) {
      return unknownApp("app " + look.app());
    }
    return new Verdict.Superseded(
        switch (look.wanted()) {
          case INSTALLED -> "the platform has the app as installed";
          case NOT_INSTALLED -> "the platform has the app as not installed";
          case UNKNOWN -> "the platform has no such app";
        });
  }

  /**
   * While it waits it may be unknown only because the look did not come as far as asking: that
   * closes nothing.
   */
  private Verdict contradictedWhileWaiting(OpenEvent event) {
    if (look.wanted() == Wanted.UNKNOWN) {
      return event.overdue() ? new Verdict.Stay() : new Verdict.Review();
    }
    return contradicted(event);
  }

  private boolean laterSaysOtherwise(OpenEvent event) {
    return oldestFirst.stream()
        .skip(oldestFirst.indexOf(event) + 1L)
        .anyMatch(later -> later.kind() != event.kind());
  }

  static Verdict.Dead unknownApp(String which) {
    return new Verdict.Dead(
        RejectionCode.APP_UNKNOWN.code(),
        "the platform has no %s: install it there, or check the event's sender".formatted(which));
  }
}
