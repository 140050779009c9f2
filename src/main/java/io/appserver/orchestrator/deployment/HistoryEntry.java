package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that happened to an app, kept for good.
 *
 * @param cause what made the orchestrator look, in words
 * @param details what was seen, by name; never a secret
 */
public record HistoryEntry(
    Optional<AppId> appId,
    AppName appName,
    String node,
    String cause,
    Optional<DeploymentState> from,
    Optional<DeploymentState> to,
    Optional<FailureCode> code,
    String message,
    Map<String, String> details,
    long fence) {

  public HistoryEntry {
    details = Map.copyOf(details);
  }
}
