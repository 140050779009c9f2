package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Network;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Networks by name. The engine allows several of one name; there is never to be a second by our
 * doing.
 */
final class DockerNetworks {

  /** So long a network that was there is taken to be there. */
  private static final Duration KNOWN_FOR = Duration.ofMinutes(1);

  private final EngineCalls calls;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /**
   * A network that was there.
   *
   * @param askedNanos when, by the monotonic clock
   */
  private record Known(String id, long askedNanos) {}

  DockerNetworks(EngineCalls calls) {
    this.calls = calls;
  }

  /** One at a time: the engine looks for a duplicate, and makes the network, in two steps. */
  synchronized void ensure(String name, Map<String, String> labels) {
    if (find(name).isPresent()) {
      return;
    }
    String what = "create network " + name;
    try {
      Lookup.changed(
          calls.deadlines().changing(),
          () ->
              calls.change(
                  what,
                  calls.deadlines().changing(),
                  client ->
                      client
                          .createNetworkCmd()
                          .withName(name)
                          .withDriver("bridge")
                          .withCheckDuplicate(true)
                          .withLabels(labels)
                          .exec()
                          .getId()),
          () -> find(name));
    } catch (ConflictException e) {
      if (find(name).isEmpty()) { // else somebody else was faster
        throw DockerFailures.other(what, e);
      }
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    }
  }

  /** Whether it was there a while ago, and nothing has told otherwise since. */
  boolean isKnown(String name) {
    return knownId(name).isPresent();
  }

  private Optional<String> knownId(String name) {
    return Optional.ofNullable(known.get(name))
        .filter(seen -> System.nanoTime() - seen.askedNanos() < KNOWN_FOR.toNanos())
        .map(Known::id);
  }

  /** Something that needed a network went wrong: each is looked for before it is used next. */
  void doubt() {
    known.clear();
  }

  /** The network's id; the oldest one's, should there be several. */
  String id(String name) {
    return knownId(name)
        .or(() -> find(name))
        .orElseThrow(() ->
            new DeploymentException(
                FailureCode.CONTAINER_MISSING,
                "The network %s is gone since it was looked for: it has to be made again."
                    .formatted(name)));
  }

  /** Connects the container to the network that it was made in. */
  void reconnect(ContainerId id) {
    String what = "connect container %s to its network".formatted(id.abbreviated());
    try {
      var container = calls.read(what, client -> client.inspectContainerCmd(id.value()).exec());
      calls.change(what, calls.deadlines().changing(), client -> reconnect(client, id, container));
    } catch (NotFoundException e) {
      throw DockerFailures.gone(id.abbreviated(), e);
    } catch (DockerException e) {
      if (!EngineWords.of(e).hasAny("already exists in network")) {
        throw DockerFailures.other(what, e);
      }
    }
  }

  /** Under the name that it was made with, as {@link ContainerCreation} does. */
  private static boolean reconnect(
      DockerClient client, ContainerId id, InspectContainerResponse container) {
    client
        .connectToNetworkCmd()
        .withContainerId(id.value())
        .withNetworkId(EngineAnswers.network(container))
        .withContainerNetwork(
            new ContainerNetwork().withAliases(EngineAnswers.withoutSlash(container.getName())))
        .exec();
    return true;
  }

  private Optional<String> find(String name) {
    long asked = System.nanoTime();
    Optional<String> found = named(name).stream().findFirst().map(Network::getId);
    found.ifPresentOrElse(id -> known.put(name, new Known(id, asked)), () -> known.remove(name));
    return found;
  }

  /** The oldest first. */
  List<Network> named(String name) {
    String what = "list networks";
    try {
      List<Network> similar =
          calls.read(what, client -> client.listNetworksCmd().withNameFilter(name).exec());
      return similar.stream()
          .filter(network -> name.equals(network.getName())) // the filter takes parts of names too
          .sorted(Comparator.comparing(Network::getCreated).thenComparing(Network::getId))
          .toList();
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    }
  }

  /** None where the engine says nothing of them. */
  static List<String> subnets(Network network) {
    Network.Ipam ipam = network.getIpam();
    List<Network.Ipam.Config> ranges = ipam == null ? null : ipam.getConfig();
    return ranges == null
        ? List.of()
        : ranges.stream().map(Network.Ipam.Config::getSubnet).filter(Objects::nonNull).toList();
  }
}
