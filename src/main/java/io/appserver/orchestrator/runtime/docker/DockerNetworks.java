package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Network;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Networks by name. The engine allows several of one name; there is never to be a second by our
 * doing.
 */
final class DockerNetworks {

  private final EngineCalls calls;

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

  /** The network's id; the oldest one's, should there be several. */
  String id(String name) {
    return find(name)
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
    return named(name).stream().findFirst().map(Network::getId);
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
