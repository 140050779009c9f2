package io.appserver.orchestrator.configuration;

import static io.appserver.orchestrator.configuration.ValueFormats.matching;
import static io.appserver.orchestrator.configuration.ValueFormats.named;

/** Where engine and registry are, and how this host is told from others. */
final class EngineVariables {

  static final VariableGroup ENGINE = new VariableGroup("Docker engine");

  static final VariableGroup REGISTRY = new VariableGroup("Registry");

  static final Variable<String> SOCKET_PATH =
      ENGINE.of(
          "APPSERVER_DOCKER_SOCKET_PATH",
          named("absolute path", AddressFormats.SOCKET_PATH),
          "/var/run/docker.sock",
          "");

  static final Variable<String> DOCKER_HOST =
      ENGINE.without(
          "APPSERVER_DOCKER_HOST",
          named("`tcp://host:port`, `unix:///path`", AddressFormats.ENGINE),
          "none",
          "wins over the socket's path; for a socket proxy or a remote engine");

  static final Variable<String> CERT_PATH =
      ENGINE.without(
          "APPSERVER_DOCKER_CERT_PATH",
          named("folder with `ca.pem`, `cert.pem`, `key.pem`", ValueFormats.CERTIFICATE_FOLDER),
          "none",
          "TLS to the host above");

  static final Variable<String> NODE_NAME =
      ENGINE.without(
          "APPSERVER_DOCKER_NODE_NAME",
          matching(
              "[A-Za-z0-9][A-Za-z0-9_.-]{0,127}",
              "at most 128 letters, digits, '_', '.' or '-', starting with a letter or digit"),
          "the engine's name",
          "the name of this Docker host. It may change: the apps go along, and none is touched");

  static final Variable<String> INSTALLATION_ID =
      ENGINE.without(
          "APPSERVER_INSTALLATION_ID",
          named("UUID", ValueFormats.UUID_TEXT),
          "one kept in the database",
          "tells the containers of several installations apart");

  static final Variable<String> REGISTRY_URL =
      REGISTRY.of(
          "APPSERVER_DOCKER_REGISTRY_URL",
          named("host or host:port", AddressFormats.REGISTRY_HOST),
          "registry.eacore6.de",
          "images are `{registry}/{app_name}:{stage}`");

  static final Variable<String> REGISTRY_USERNAME =
      REGISTRY.without(
          "APPSERVER_DOCKER_REGISTRY_USERNAME", ValueFormats.USER_NAME, "none", "both or neither");

  static final Variable<String> REGISTRY_PASSWORD =
      REGISTRY.without("APPSERVER_DOCKER_REGISTRY_PASSWORD", ValueFormats.TEXT, "none", "");

  private EngineVariables() {}
}
