package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.UnreadableRow;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.spec.SettingsRead;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.runtime.ListedContainer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What should be and what is, of one node, read within a moment. Containers are read first: what
 * has been made since is then explained by a row.
 *
 * @param containers this installation's, on the node's engine; empty if they were not asked for,
 *     and what the rows say of them is to be believed
 * @param installed apps that should run
 * @param settings of installed apps, by id
 * @param known names of all rows of the platform, installed or not
 * @param needs what each installed app depends on
 * @param deployments of every node, but for those that are stopped and have left no data
 * @param held names of apps that an operator holds
 * @param unreadable rows of the platform that cannot be read
 * @param settingsDoubt why it is not believed now that apps have no settings any more
 */
public record NodeSnapshot(
    String node,
    Optional<List<ListedContainer>> containers,
    List<App> installed,
    Map<AppId, Map<String, String>> settings,
    Set<AppName> known,
    Map<AppName, Set<AppName>> needs,
    List<Deployment> deployments,
    Set<AppName> held,
    List<UnreadableRow> unreadable,
    Optional<String> settingsDoubt) {

  public NodeSnapshot {
    containers = containers.map(List::copyOf);
    installed = List.copyOf(installed);
    settings = Map.copyOf(settings);
    known = Set.copyOf(known);
    needs = Map.copyOf(needs);
    deployments = List.copyOf(deployments);
    held = Set.copyOf(held);
    unreadable = List.copyOf(unreadable);
  }

  /** What the settings of an app come to. */
  SettingsRead settingsOf(AppId app, Row row) {
    return SettingsRead.of(
        settings.getOrDefault(app, Map.of()),
        row.hadSettings(Spec.HASH_OF_NONE),
        () -> settingsDoubt);
  }

  /** Why apps that had settings and have none stay as they are; empty if there is no such app. */
  Optional<String> settingsTrouble() {
    if (settingsDoubt.isEmpty()) {
      return Optional.empty();
    }
    Set<AppId> wanted = installed.stream().map(App::id).collect(Collectors.toSet());
    boolean concerns =
        deployments.stream()
            .filter(deployment -> wanted.contains(deployment.appId()))
            .anyMatch(deployment ->
                settingsOf(deployment.appId(), Row.of(deployment)) instanceof SettingsRead.Doubted);
    return settingsDoubt.filter(words -> concerns);
  }
}
