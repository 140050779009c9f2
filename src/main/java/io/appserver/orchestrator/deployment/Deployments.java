package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The deployments as they are stored, and their history. Each method is one transaction, or part of
 * the caller's.
 */
public interface Deployments {

  Optional<Deployment> find(AppId id);

  /** Those of that name: more than one where an app was installed again under a new id. */
  List<Deployment> named(AppName name);

  /** All that are not {@code stopped}, or have data left on a node. */
  List<Deployment> all();

  /** Names of all deployments that are not {@code stopped}. */
  List<String> activeNames();

  /** Names of the deployments that failed with that code. */
  List<String> namesFailedWith(FailureCode code);

  /** How many deployments are in each state. */
  Map<DeploymentState, Long> countByState();

  /** Stores the row as it is given and returns it as it then stands. */
  Deployment save(Deployment deployment);

  void append(HistoryEntry entry);
}
