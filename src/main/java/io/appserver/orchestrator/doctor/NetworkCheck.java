package io.appserver.orchestrator.doctor;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.EngineNetwork;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Collectors;

/** The network that apps find one another in. */
@Singleton
final class NetworkCheck implements Check {

  /** So many ports a Linux bridge has for others (BR_MAX_PORTS, 1024, less one). */
  private static final long PORTS = 1023;

  /** Of a subnet's addresses: its own, the broadcast's and the gateway's. */
  private static final long NOT_FOR_CONTAINERS = 3;

  /** In percent; from there on it is told that there will be no room. */
  private static final int NEARLY_FULL = 90;

  private final RuntimeView view;
  private final String network;

  @Inject
  NetworkCheck(RuntimeView view, Settings settings) {
    this.view = view;
    this.network = settings.containers().networkName();
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
            ? ofRoom(name, used, what)
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

  private static Finding ofRoom(String name, EngineNetwork used, String what) {
    long room = room(used.subnets());
    return used.containers() * 100L < room * NEARLY_FULL
        ? Finding.ok("network", what)
        : Finding.warning(
            "network",
            "%s, which has room for %d; apps fail with no_address once it is full"
                .formatted(what, room),
            "Make it larger: hold the apps, remove their containers and the network, make it anew with `docker network create --subnet 10.42.0.0/16 %s`, and release the apps."
                .formatted(name));
  }

  /** For how many containers there are addresses and ports. */
  static long room(List<String> subnets) {
    long addresses =
        subnets.stream()
            .filter(subnet -> !subnet.contains(":")) // of IPv6 there are enough
            .mapToLong(NetworkCheck::addresses)
            .sum();
    return addresses == 0 ? PORTS : Math.min(PORTS, addresses);
  }

  private static long addresses(String subnet) {
    try {
      int bits = Integer.parseInt(subnet.substring(subnet.indexOf('/') + 1));
      return bits < 0 || bits > 32 ? 0 : Math.max(0, (1L << (32 - bits)) - NOT_FOR_CONTAINERS);
    } catch (NumberFormatException e) {
      return 0; // no subnet that we know the form of
    }
  }
}
