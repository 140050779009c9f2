package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ListedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the engine's descriptions into the port's values. Any part of them may be absent. */
final class EngineAnswers {

  /** How the engine writes a time that has not come. */
  private static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

  private EngineAnswers() {}

  static ObservedContainer container(InspectContainerResponse answer) {
    var state = answer.getState();
    ContainerConfig config = answer.getConfig();
    Map<String, String> labels = config == null ? null : config.getLabels();
    Long exitCode = state.getExitCodeLong();
    return new ObservedContainer(
        new ContainerId(answer.getId()),
        new ContainerName(withoutSlash(answer.getName())),
        status(state.getStatus()),
        exitCode == null ? 0 : exitCode.intValue(),
        Boolean.TRUE.equals(state.getOOMKilled()),
        orEmpty(state.getError()),
        time(state.getStartedAt()),
        orEmpty(answer.getImageId()),
        address(answer),
        healthcheck(config),
        volumes(answer),
        port(config),
        labels == null ? Map.of() : labels);
  }

  private static Optional<Integer> port(@Nullable ContainerConfig config) {
    String[] variables = config == null ? null : config.getEnv();
    return Stream.of(variables == null ? new String[0] : variables)
        .filter(variable -> variable.matches("PORT=[0-9]{1,5}"))
        .map(variable -> Integer.valueOf(variable.substring("PORT=".length())))
        .findFirst();
  }

  /** Empty for a container without our labels. */
  static Optional<ListedContainer> listed(Container entry) {
    return Optional.ofNullable(entry.getLabels())
        .flatMap(ContainerLabels::read)
        .map(labels ->
            new ListedContainer(
                new ContainerId(entry.getId()),
                new ContainerName(listedName(entry.getNames())),
                status(entry.getState()),
                orEmpty(entry.getStatus()).endsWith("(unhealthy)"),
                orEmpty(entry.getImageId()),
                labels));
  }

  /** Its own name has no slash but the leading one; the others are links of containers to it. */
  private static String listedName(String @Nullable [] names) {
    return Stream.ofNullable(names)
        .flatMap(Stream::of)
        .filter(name -> name.lastIndexOf('/') <= 0)
        .findFirst()
        .map(EngineAnswers::withoutSlash)
        .orElse("");
  }

  /**
   * @param repository the repository that it was pulled from, registry included; the digest of
   *     another one is taken if it has none there
   */
  static Image image(InspectImageResponse answer, String repository) {
    List<String> digests = answer.getRepoDigests() == null ? List.of() : answer.getRepoDigests();
    String digest =
        digests.stream()
            .filter(entry -> entry.startsWith(repository + "@"))
            .findFirst()
            .or(() -> digests.stream().findFirst())
            .map(entry -> entry.substring(entry.indexOf('@') + 1))
            .orElse("");
    return new Image(
        orEmpty(answer.getId()),
        digest,
        healthcheck(answer.getConfig()),
        declared(answer.getConfig()));
  }

  /**
   * What it declares a VOLUME, as the engine takes it: {@code /data/} is {@code /data}. One that is
   * not absolute could be mounted at no path.
   */
  private static List<String> declared(@Nullable ContainerConfig config) {
    Map<String, ?> volumes = config == null ? null : config.getVolumes();
    return volumes == null
        ? List.of()
        : volumes.keySet().stream()
            .filter(path -> path.startsWith("/"))
            .map(path -> Path.of(path).normalize().toString())
            .filter(path -> !path.equals("/"))
            .distinct()
            .sorted()
            .toList();
  }

  /** A mount that is no volume has no name. */
  private static List<VolumeMount> volumes(InspectContainerResponse answer) {
    List<InspectContainerResponse.Mount> mounts = answer.getMounts();
    return mounts == null
        ? List.of()
        : mounts.stream().map(EngineAnswers::volume).flatMap(Optional::stream).toList();
  }

  private static Optional<VolumeMount> volume(InspectContainerResponse.Mount mount) {
    String name = orEmpty(mount.getName());
    Volume path = mount.getDestination();
    return name.isEmpty() || path == null
        ? Optional.empty()
        : Optional.of(new VolumeMount(name, path.getPath()));
  }

  /** The signal that the image wants to be stopped by. */
  static String stopSignal(InspectContainerResponse answer) {
    return raw(answer, "StopSignal").filter(signal -> !signal.isBlank()).orElse("SIGTERM");
  }

  private static Optional<String> raw(InspectContainerResponse answer, String key) {
    return answer.getRawValues().get("Config") instanceof Map<?, ?> config
            && config.get(key) instanceof String value
        ? Optional.of(value)
        : Optional.empty();
  }

  private static List<String> healthcheck(@Nullable ContainerConfig config) {
    return check(config).map(HealthCheck::getTest).orElse(List.of());
  }

  /** The HEALTHCHECK of an image or a container; empty without one or with {@code NONE}. */
  static Optional<HealthCheck> check(@Nullable ContainerConfig config) {
    return Optional.ofNullable(config == null ? null : config.getHealthcheck())
        .filter(check -> {
          List<String> test = check.getTest();
          return test != null && !test.isEmpty() && !test.getFirst().equals("NONE");
        });
  }

  /** On the network it was made for, by the name or id it was asked for with. */
  private static String address(InspectContainerResponse answer) {
    var settings = answer.getNetworkSettings();
    Map<String, ContainerNetwork> networks = settings == null ? null : settings.getNetworks();
    if (networks == null) {
      return "";
    }
    String asked = network(answer);
    return networks.entrySet().stream()
        .filter(
            entry -> entry.getKey().equals(asked) || asked.equals(entry.getValue().getNetworkID()))
        .map(entry -> orEmpty(entry.getValue().getIpAddress()))
        .filter(address -> !address.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** The network that it was made for, by the name or id it was asked for with. */
  static String network(InspectContainerResponse answer) {
    HostConfig host = answer.getHostConfig();
    return host == null ? "" : orEmpty(host.getNetworkMode());
  }

  private static ObservedContainer.Status status(@Nullable String word) {
    return switch (orEmpty(word).toLowerCase(Locale.ROOT)) {
      case "created" -> ObservedContainer.Status.CREATED;
      case "running" -> ObservedContainer.Status.RUNNING;
      case "paused" -> ObservedContainer.Status.PAUSED;
      case "restarting" -> ObservedContainer.Status.RESTARTING;
      case "removing" -> ObservedContainer.Status.REMOVING;
      case "exited" -> ObservedContainer.Status.EXITED;
      default -> ObservedContainer.Status.DEAD;
    };
  }

  static Optional<Instant> time(@Nullable String text) {
    try {
      return Optional.of(Instant.parse(orEmpty(text))).filter(time -> !time.equals(NEVER));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  static String withoutSlash(@Nullable String name) {
    String text = orEmpty(name);
    return text.startsWith("/") ? text.substring(1) : text;
  }

  static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
