package io.appserver.orchestrator.e2e.support;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where the real services are, as {@code script/services env} prints it.
 *
 * @param directory their state directory; empty for the one scripts use by themselves
 * @param serverSettings the orchestrator's own settings for them
 */
public record Services(
    String directory,
    Map<String, String> serverSettings,
    URI broker,
    URI management,
    Login brokerLogin,
    URI registry,
    Login registryLogin,
    String databaseUrl,
    Login databaseLogin,
    String engineSocket,
    String network,
    String bridgeAddress) {

  /** A user and a password. */
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return user;
    }
  }

  /** Tells scripts which services are meant. */
  static final String DIRECTORY = "ORCHESTRATOR_SERVICES_DIR";

  private static final List<String> NEEDED =
      List.of(
          "APPSERVER_RABBITMQ_URL",
          "APPSERVER_DB_USER",
          "APPSERVER_DB_PASSWORD",
          "APPSERVER_DOCKER_SOCKET_PATH",
          "APPSERVER_DOCKER_NETWORK_NAME",
          "APPSERVER_DOCKER_REGISTRY_USERNAME",
          "APPSERVER_DOCKER_REGISTRY_PASSWORD",
          "ORCHESTRATOR_TEST_RABBITMQ_MANAGEMENT_URL",
          "ORCHESTRATOR_TEST_RABBITMQ_USER",
          "ORCHESTRATOR_TEST_RABBITMQ_PASSWORD",
          "ORCHESTRATOR_TEST_REGISTRY_URL",
          "ORCHESTRATOR_TEST_DB_URL",
          "ORCHESTRATOR_TEST_BRIDGE_ADDRESS");

  /** The services this process was told of. */
  public static Services fromEnvironment() {
    return of(System.getenv());
  }

  /** The services those variables tell of. */
  static Services of(Map<String, String> env) {
    String missing =
        NEEDED.stream().filter(name -> !env.containsKey(name)).collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "The end-to-end tests need the real services, and these variables are not set: "
              + missing
              + ". Before running them: script/services up; eval \"$(script/services env)\"");
    }
    var settings = new TreeMap<>(env);
    settings.keySet().removeIf(name -> !name.startsWith("APPSERVER_"));
    return new Services(
        env.getOrDefault(DIRECTORY, ""),
        Map.copyOf(settings),
        URI.create(env.get("APPSERVER_RABBITMQ_URL")),
        URI.create(env.get("ORCHESTRATOR_TEST_RABBITMQ_MANAGEMENT_URL")),
        new Login(
            env.get("ORCHESTRATOR_TEST_RABBITMQ_USER"),
            env.get("ORCHESTRATOR_TEST_RABBITMQ_PASSWORD")),
        URI.create(env.get("ORCHESTRATOR_TEST_REGISTRY_URL")),
        new Login(
            env.get("APPSERVER_DOCKER_REGISTRY_USERNAME"),
            env.get("APPSERVER_DOCKER_REGISTRY_PASSWORD")),
        env.get("ORCHESTRATOR_TEST_DB_URL"),
        new Login(env.get("APPSERVER_DB_USER"), env.get("APPSERVER_DB_PASSWORD")),
        env.get("APPSERVER_DOCKER_SOCKET_PATH"),
        env.get("APPSERVER_DOCKER_NETWORK_NAME"),
        env.get("ORCHESTRATOR_TEST_BRIDGE_ADDRESS"));
  }

  /** The same with another database of the same server. */
  Services withDatabase(String name) {
    var settings = new TreeMap<>(serverSettings);
    settings.put("APPSERVER_DB_NAME", name);
    return new Services(
        directory,
        Map.copyOf(settings),
        broker,
        management,
        brokerLogin,
        registry,
        registryLogin,
        databaseUrl.substring(0, databaseUrl.lastIndexOf('/') + 1) + name,
        databaseLogin,
        engineSocket,
        network,
        bridgeAddress);
  }

  /** The same with another engine. */
  Services withEngine(String socket) {
    return new Services(
        directory,
        serverSettings,
        broker,
        management,
        brokerLogin,
        registry,
        registryLogin,
        databaseUrl,
        databaseLogin,
        socket,
        network,
        bridgeAddress);
  }
}
