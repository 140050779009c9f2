package io.appserver.orchestrator.doctor;

import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.EngineNetwork;
import io.appserver.orchestrator.runtime.RuntimeView;
import java.util.List;
import java.util.stream.Collectors;

/** The network that apps find one another in. */
final class NetworkCheck implements Check {

  private final RuntimeView view;
  private final String network;

  NetworkCheck(RuntimeView view, String network) {
    this.view = view;
    this.network = network;
  }

  @Override
  public String name() {
    return "network";
  }

  @Override
  public Finding examine() {
    try {
      return judge(network, view.networks(network));
    } catch (DeploymentException e) {
      return Finding.failed(
          "network",
          "not known while the engine does not say: " + e.failure().message(),
          "Cure the engine first; behind a socket proxy, allow GET /networks and GET /containers/json.");
    }
  }

  static Finding judge(String name, List<EngineNetwork> networks) {
    if (networks.isEmpty()) {
      return Finding.ok(
          "network", "%s is not there yet; the first install makes it".formatted(name));
    }
    EngineNetwork used = networks.getFirst();
    String what = "%s is there, with %d containers in it".formatted(name, used.containers());
    Finding finding =
        networks.size() == 1
            ? Finding.ok("network", what)
            : Finding.warning(
                "network",
                "%s is there %d times; apps get the oldest, others may be in another and not find them"
                    .formatted(name, networks.size()),
                "Remove those nobody needs, by id: `docker network rm %s`."
                    .formatted(
                        networks.stream()
                            .skip(1)
                            .map(EngineNetwork::id)
                            .map(id -> id.substring(0, Math.min(12, id.length())))
                            .collect(Collectors.joining(" "))));
    return finding
        .with("id", used.id())
        .with("driver", used.driver())
        .with("containers", Integer.toString(used.containers()));
  }
}
