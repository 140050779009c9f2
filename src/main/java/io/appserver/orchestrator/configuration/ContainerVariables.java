package io.appserver.orchestrator.configuration;

import static io.appserver.orchestrator.configuration.ValueFormats.FLAG;
import static io.appserver.orchestrator.configuration.ValueFormats.integer;
import static io.appserver.orchestrator.configuration.ValueFormats.matching;
import static io.appserver.orchestrator.configuration.ValueFormats.named;

/** What containers of apps are like, and what apps are told. */
final class ContainerVariables {

  static final VariableGroup CONTAINERS = new VariableGroup("Containers of the apps");

  static final VariableGroup APPS = new VariableGroup("What apps are told");

  /** The engine's own networks, on which containers do not find one another by name. */
  private static final String PREDEFINED_NETWORKS = "(?:bridge|host|none|default|ingress)";

  static final Variable<String> NETWORK_NAME =
      CONTAINERS.of(
          "APPSERVER_DOCKER_NETWORK_NAME",
          matching(
              "(?!" + PREDEFINED_NETWORKS + "$)[A-Za-z0-9][A-Za-z0-9_.-]{1,127}",
              "2 to 128 letters, digits, '_', '.' or '-', and none of the engine's own networks"
                  + " (bridge, host, none, default, ingress)"),
          "appserver-network",
          "made if missing");

  /** At most 20, so that something is left of the 63 characters of a DNS label. */
  static final Variable<String> CONTAINER_PREFIX =
      CONTAINERS.of(
          "APPSERVER_DOCKER_CONTAINER_PREFIX",
          named(
              "at most 20 lower-case letters, digits, `._-`",
              matching(
                  "(?=.{1,20}$)[a-z0-9]+(?:[._-][a-z0-9]+)*[._-]?",
                  "at most 20 lower-case letters and digits, joined by single '.', '_' or '-'")),
          "app-",
          "another one for a second installation on one engine");

  static final Variable<String> IMAGE_STAGE =
      CONTAINERS.of("APPSERVER_DOCKER_DEFAULT_IMAGE_STAGE", ValueFormats.IMAGE_STAGE, "latest", "");

  static final Variable<Integer> CPU_SHARES =
      CONTAINERS.of("APPSERVER_DOCKER_DEFAULT_CPU_SHARES", ValueFormats.CPU_SHARES, "1024", "");

  static final Variable<Long> MEMORY_MB =
      CONTAINERS.of("APPSERVER_DOCKER_DEFAULT_MEMORY_MB", ValueFormats.MEMORY_MB, "512", "MiB");

  /** At most what a 64-bit kernel has. */
  static final Variable<Integer> PIDS_LIMIT =
      CONTAINERS.of(
          "APPSERVER_DOCKER_PIDS_LIMIT",
          integer(1, 4_194_304),
          "512",
          "processes and threads of a container; an init of the engine's (`docker-init`), where it has one, ends zombies");

  static final Variable<Boolean> ADOPT_EXISTING =
      CONTAINERS.of(
          "APPSERVER_DOCKER_ADOPT_EXISTING",
          FLAG,
          "false",
          "replace containers of the wanted name that carry no labels of any installation (moving from the Go orchestrator)");

  static final Variable<String> HTTP_URL =
      APPS.of(
          "APPSERVER_HTTP_URL",
          named("`http://` or `https://` URL", AddressFormats.HTTP_URL),
          "http://appserver:8080",
          "told to apps, also as `APPSERVER_GRAPHQL_URL` and `_HTTP`");

  static final Variable<String> GRPC_ADDRESS =
      APPS.of(
          "APPSERVER_GRPC_ADDRESS",
          named("host:port", AddressFormats.HOST_PORT),
          "appserver:9091",
          "told to apps");

  static final Variable<String> NODE_ENV =
      APPS.of(
          "NODE_ENV",
          named(
              "word", matching("[A-Za-z0-9_-]{1,64}", "a word, such as production or development")),
          "production",
          "told to apps");

  private ContainerVariables() {}
}
