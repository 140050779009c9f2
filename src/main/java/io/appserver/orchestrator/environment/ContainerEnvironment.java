package io.appserver.orchestrator.environment;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.runtime.ContainerName;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The environment variables of one app's container. All of them count as secrets until the engine
 * gets them.
 */
public record ContainerEnvironment(SortedMap<String, Secret> variables) {

  public ContainerEnvironment {
    variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
  }

  /**
   * The environment of that app's container.
   *
   * @param port the port the app is to listen on
   */
  public static ContainerEnvironment of(Settings settings, AppId id, AppName name, int port) {
    var variables = new TreeMap<String, Secret>();
    // Later ones win.
    forwarded(settings.apps().environment(), variables);
    database(settings.database(), variables);
    appServer(settings.apps(), variables);
    identity(settings.containers(), id, name, port, variables);
    return new ContainerEnvironment(variables);
  }

  private static void forwarded(Map<String, Secret> own, Map<String, Secret> variables) {
    own.forEach((name, value) -> {
      if (ForwardingRules.forwards(name) && !value.reveal().isBlank()) {
        variables.put(name, value);
      }
    });
  }

  /** The names that the apps' SDK reads. */
  private static void database(Settings.Database database, Map<String, Secret> variables) {
    put(variables, "DB_HOST", database.host());
    put(variables, "DB_PORT", Integer.toString(database.port()));
    put(variables, "DB_NAME", database.name());
    put(variables, "DB_USER", database.user());
    put(variables, "DB_SSL_MODE", database.sslMode());
    if (!database.password().isEmpty()) {
      variables.put("DB_PASSWORD", database.password());
    }
  }

  private static void appServer(Settings.Apps apps, Map<String, Secret> variables) {
    String graphql = apps.httpUrl().replaceFirst("/+$", "") + "/graphql";
    put(variables, "APPSERVER_HTTP_URL", apps.httpUrl());
    put(variables, "APPSERVER_GRPC_ADDRESS", apps.grpcAddress());
    put(variables, "APPSERVER_GRAPHQL_URL", graphql);
    put(variables, "APPSERVER_GRAPHQL_HTTP", graphql); // the SDK's name for it
    put(variables, "NODE_ENV", apps.nodeEnv());
  }

  private static void identity(
      Settings.Containers containers,
      AppId id,
      AppName name,
      int port,
      Map<String, Secret> variables) {
    var host = ContainerName.of(containers.namePrefix(), name);
    put(variables, "APP_ID", id.toString());
    put(variables, "APP_NAME", name.value());
    put(variables, "PORT", Integer.toString(port));
    put(variables, "UPSTREAM_" + name.asVariable(), "http://" + host + ":" + port);
  }

  private static void put(Map<String, Secret> variables, String name, String value) {
    variables.put(name, new Secret(value));
  }

  /** The names alone, in order, for showing. */
  public List<String> names() {
    return List.copyOf(variables.keySet());
  }

  /** Names and values in the clear, for the engine alone. */
  public Map<String, String> reveal() {
    var revealed = new TreeMap<String, String>();
    variables.forEach((name, value) -> revealed.put(name, value.reveal()));
    return Collections.unmodifiableMap(revealed);
  }
}
