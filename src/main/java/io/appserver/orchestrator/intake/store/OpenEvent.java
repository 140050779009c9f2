package io.appserver.orchestrator.intake.store;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.intake.event.EventKind;
import java.util.Optional;
import java.util.UUID;

/**
 * An event that was taken and is not closed yet.
 *
 * @param name empty while only its id is known
 * @param overdue whether it is older than an event may outrun its own commit
 * @param signalled whether its app was signalled for it
 */
public record OpenEvent(
    UUID intake,
    EventKind kind,
    Optional<AppName> name,
    Optional<AppId> id,
    boolean overdue,
    boolean signalled) {}
