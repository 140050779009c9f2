package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.container.ContainerId;
import io.appserver.orchestrator.container.ListedContainer;
import io.appserver.orchestrator.container.RuntimeView;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What the engine's own health checks say, by one list. Its events tell of it sooner, but not
 * always: some engines tell of no change after a pause.
 */
final class EngineChecks implements Supplier<Set<ContainerId>> {

  private final RuntimeView view;
  private final String installation;

  EngineChecks(RuntimeView view, String installation) {
    this.view = view;
    this.installation = installation;
  }

  /**
   * The containers that it says are not well.
   *
   * @throws io.appserver.orchestrator.deployment.DeploymentException if it does not answer
   */
  @Override
  public Set<ContainerId> get() {
    return unhealthy(view.list(installation));
  }

  static Set<ContainerId> unhealthy(List<ListedContainer> containers) {
    return containers.stream()
        .filter(ListedContainer::unhealthy)
        .map(ListedContainer::id)
        .collect(Collectors.toSet());
  }
}
