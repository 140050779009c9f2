package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppDetails;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.decide.Answer;
import io.appserver.orchestrator.convergence.decide.Facts;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.operation.OperatorRequest;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of an app at the beginning of a look: the facts to decide by, and what is acted on.
 *
 * @param app as the platform has it; empty if it has no such app
 * @param rows those that bear the app's name, on whatever node
 * @param own the app's own row, whatever name it bears
 * @param owned the app's containers that are ours
 * @param details what the platform says of it besides; asked for only if it should run
 * @param condemned what a call without an answer may still befall: ids of containers, and names
 * @param volumes of apps of that name, on whatever node; read only where containers have any
 */
record Gathered(
    Facts facts,
    Optional<App> app,
    List<Deployment> rows,
    Optional<Deployment> own,
    OperatorRequest request,
    List<ObservedContainer> owned,
    Answer<AppDetails> details,
    Set<String> condemned,
    List<DataVolume> volumes) {

  /** The rows of what this node has, or may have. */
  List<Deployment> here() {
    return rows.stream().filter(row -> facts.elsewhere(Row.of(row)).isEmpty()).toList();
  }

  /** Whether the removal of what this node has was begun, and not brought to its end. */
  boolean isLeaving() {
    return here().stream()
        .anyMatch(row -> row.state() == DeploymentState.STOPPING && !row.changedByHand());
  }

  /** The rows of what this node has of apps that bore the name under another id. */
  List<Deployment> predecessors(AppId id) {
    return here().stream()
        .filter(row -> !row.appId().equals(id) && row.state() != DeploymentState.STOPPED)
        .toList();
  }

  /** The containers that were not made for the app with that id. */
  List<ObservedContainer> ownedByOthers(AppId id) {
    return owned.stream()
        .filter(container ->
            ContainerLabels.read(container.labels())
                .filter(labels -> labels.appId().equals(id))
                .isEmpty())
        .toList();
  }

  Gathered withCondemned(Set<String> now) {
    return new Gathered(facts, app, rows, own, request, owned, details, now, volumes);
  }

  Gathered withDetails(Answer<AppDetails> asked) {
    return new Gathered(facts, app, rows, own, request, owned, asked, condemned, volumes);
  }

  /**
   * What the platform says of the app besides.
   *
   * @throws PlatformUnavailableException if it could not be read
   */
  AppDetails knownDetails() {
    return switch (details) {
      case Answer.Known<AppDetails>(AppDetails known) -> known;
      case Answer.Refused<AppDetails>(Failure why) ->
          throw new PlatformUnavailableException(why.message(), null);
      case Answer.Unasked<AppDetails> unasked ->
          throw new IllegalStateException("the settings were not asked for");
    };
  }

  /** Whether it is known that it depends on no app, and none on it. */
  boolean hasNoRelatives() {
    return details instanceof Answer.Known<AppDetails>(AppDetails known) && !known.hasRelatives();
  }

  /** Whether a call without an answer may still befall the container. */
  boolean isCondemned(ObservedContainer container) {
    return condemned.contains(container.id().value());
  }
}
