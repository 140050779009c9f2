package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.StorableText;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One thing that happened to an app, kept for good. Its words are {@linkplain StorableText
 * storable}, whoever they come from.
 *
 * @param actor who acted: {@code orchestrator}, or an operator by name
 * @param cause what made the orchestrator look, in words
 * @param details what was seen, by name; never a secret
 * @param fence of the lease it was done under; 0 without one
 */
public record HistoryEntry(
    Optional<AppId> appId,
    AppName appName,
    String node,
    String actor,
    String cause,
    Optional<DeploymentState> from,
    Optional<DeploymentState> to,
    Optional<FailureCode> code,
    String message,
    Map<String, String> details,
    long fence) {

  /** What the orchestrator itself does is its own doing. */
  public static final String ORCHESTRATOR = "orchestrator";

  public HistoryEntry {
    actor = StorableText.plain(actor, StorableText.LONGEST_MESSAGE);
    cause = StorableText.plain(cause, StorableText.LONGEST_MESSAGE);
    message = StorableText.plain(message, StorableText.LONGEST_MESSAGE);
    var storable = new TreeMap<String, String>();
    details.forEach((name, value) ->
        storable.put(
            StorableText.plain(name), StorableText.plain(value, StorableText.LONGEST_DETAIL)));
    details = Map.copyOf(storable);
  }
}
