package io.appserver.orchestrator.intake.event;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An event as it was understood: it carries a name or an id, or both.
 *
 * @param occurredAt the time the sender wrote, as it came; recorded, never used to order
 * @param notes what was odd about it, in words for people
 */
public record AppEvent(
    EventKind kind,
    Optional<AppName> name,
    Optional<AppId> id,
    Optional<String> occurredAt,
    List<String> notes)
    implements ParsedEvent {

  public AppEvent {
    notes = List.copyOf(notes);
  }

  public AppEvent named(AppName known) {
    return new AppEvent(kind, Optional.of(known), id, occurredAt, notes);
  }

  public AppEvent noting(String note) {
    var all = new ArrayList<>(notes);
    all.add(note);
    return new AppEvent(kind, name, id, occurredAt, all);
  }
}
