package io.appserver.orchestrator.intake;

import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Look.Result;
import io.appserver.orchestrator.convergence.record.Look.Wanted;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.RejectionCode;
import io.appserver.orchestrator.intake.store.OpenEvent;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What becomes of the open events of one app, given a look that covered their signals. */
final class Verdicts {

  private final Look look;
  private final Map<UUID, Integer> places = new HashMap<>();
  private final Map<EventKind, Integer> newest = new EnumMap<>(EventKind.class);

  Verdicts(Look look, List<OpenEvent> oldestFirst) {
    this.look = look;
    for (int place = 0; place < oldestFirst.size(); place++) {
      OpenEvent event = oldestFirst.get(place);
      places.put(event.intake(), place);
      newest.put(event.kind(), place);
    }
  }

  Verdict on(OpenEvent event) {
    return switch (look.result()) {
      case Result.Running() ->
          event.kind() == EventKind.INSTALLED ? new Verdict.Done() : contradicted(event);
      case Result.Gone() ->
          event.kind() == EventKind.UNINSTALLED ? new Verdict.Done() : contradicted(event);
      case Result.Failed(var reason) -> agrees(event) ? failed(event, reason) : contradicted(event);
      case Result.Waiting(var reason) -> waiting(event, reason.code());
    };
  }

  private Verdict waiting(OpenEvent event, FailureCode reason) {
    if (reason == FailureCode.PLATFORM_SCHEMA) {
      return new Verdict.Stay();
    }
    if (!agrees(event)) {
      return contradictedWhileWaiting(event);
    }
    return reason == FailureCode.HELD
        ? new Verdict.Superseded("an operator holds the app: its release is what it waits for now")
        : new Verdict.Stay();
  }

  /** Whether the platform wants what the event says. */
  private boolean agrees(OpenEvent event) {
    return (event.kind() == EventKind.INSTALLED) == (look.wanted() == Wanted.INSTALLED);
  }

  private Verdict failed(OpenEvent event, Failure reason) {
    return place(event) == newest(event.kind())
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
    return Arrays.stream(EventKind.values())
        .filter(kind -> kind != event.kind())
        .anyMatch(kind -> newest(kind) > place(event));
  }

  private int place(OpenEvent event) {
    return places.getOrDefault(event.intake(), -1);
  }

  private int newest(EventKind kind) {
    return newest.getOrDefault(kind, -1);
  }

  static Verdict.Dead unknownApp(String which) {
    return new Verdict.Dead(
        RejectionCode.APP_UNKNOWN.code(),
        "the platform has no %s: install it there, or check the event's sender".formatted(which));
  }
}
