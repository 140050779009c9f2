package io.appserver.orchestrator.deployment.jpa;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.HistoryEntry;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import java.util.List;

/** Entries on their way into {@code orchestrator_history}: however many, one statement. */
final class NewHistory {

  /** They get their numbers in the order in which they are given. */
  static final String INSERT =
      """
      INSERT INTO orchestrator_history
        (app_id, app_name, node, actor, cause, from_state, to_state, code, message, details, fence)
      SELECT app_id, app_name, node, actor, cause, from_state, to_state, code, message, details, fence
      FROM json_to_recordset(CAST(?1 AS json)) AS entry
        (place integer, app_id uuid, app_name text, node text, actor text, cause text, from_state text,
         to_state text, code text, message text, details jsonb, fence bigint)
      ORDER BY place
      """;

  /** Kept: {@code Json} searches the class path for it at every call. */
  private static final JsonProvider JSON = JsonProvider.provider();

  private NewHistory() {}

  /** The parameter of {@link #INSERT}. */
  static String json(List<HistoryEntry> entries) {
    var array = JSON.createArrayBuilder();
    for (int place = 0; place < entries.size(); place++) {
      array.add(row(entries.get(place)).add("place", place));
    }
    return array.build().toString();
  }

  private static JsonObjectBuilder row(HistoryEntry entry) {
    var details = JSON.createObjectBuilder();
    entry.details().forEach(details::add);
    var row =
        JSON.createObjectBuilder()
            .add("app_name", entry.appName().value())
            .add("node", entry.node())
            .add("actor", entry.actor())
            .add("cause", entry.cause())
            .add("message", entry.message())
            .add("details", details)
            .add("fence", entry.fence());
    entry.appId().map(AppId::toString).ifPresent(id -> row.add("app_id", id));
    entry.from().map(DeploymentState::code).ifPresent(state -> row.add("from_state", state));
    entry.to().map(DeploymentState::code).ifPresent(state -> row.add("to_state", state));
    entry.code().map(FailureCode::code).ifPresent(code -> row.add("code", code));
    return row;
  }
}
