package io.appserver.orchestrator.supervision.watch;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.runtime.ListedContainer;
import io.appserver.orchestrator.runtime.RuntimeView;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What the engine's own health checks say, by one list. Its events tell of it sooner, but not
 * always: some engines tell of no change after a pause.
 */
public final class EngineChecks implements Supplier<Set<ContainerId>> {

  private final RuntimeView view;
  private final String installation;

  public EngineChecks(RuntimeView view, String installation) {
    this.view = view;
    this.installation = installation;
  }

  /**
   * The containers that it says are not well.
   *
   * @throws io.appserver.orchestrator.failure.DeploymentException if it does not answer
   */
  @Override
  public Set<ContainerId> get() {
    return unhealthy(view.list(installation));
  }

  public static Set<ContainerId> unhealthy(List<ListedContainer> containers) {
    return containers.stream()
        .filter(ListedContainer::unhealthy)
        .map(ListedContainer::id)
        .collect(Collectors.toSet());
  }
}
