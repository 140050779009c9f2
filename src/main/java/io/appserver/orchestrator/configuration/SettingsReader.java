package io.appserver.orchestrator.configuration;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;

/** Makes the settings of what the operator set, or says everything that is wrong with it. */
public final class SettingsReader {

  private final VariableReader variables;

  private SettingsReader(VariableReader variables) {
    this.variables = variables;
  }

  /**
   * Reads the settings, and takes this process's environment for what is forwarded to apps.
   *
   * @throws SettingsException with everything that is wrong
   */
  public static Settings read(Config config) {
    return read(config, System.getenv());
  }

  /**
   * Reads the settings.
   *
   * @param environment the process's environment, for what is forwarded to apps
   * @throws SettingsException with everything that is wrong
   */
  public static Settings read(Config config, Map<String, String> environment) {
    var variables = new VariableReader(config);
    Settings settings = new SettingsReader(variables).settings(environment);
    if (!variables.problems().isEmpty()) {
      throw new SettingsException(variables.problems());
    }
    return settings;
  }

  /**
   * A sentence for each variable that is set and has no effect here, but looks as if one was meant.
   */
  public static List<String> warnings(Config config) {
    var set = new TreeSet<String>();
    config.getPropertyNames().forEach(set::add);
    return UnknownVariables.warnings(set, Variables.names());
  }

  private Settings settings(Map<String, String> environment) {
    boolean eventbus =
        variables.mustBeOn(BrokerVariables.EVENTBUS_ENABLED, "EventBus must be enabled");
    boolean docker =
        variables.mustBeOn(BrokerVariables.DOCKER_ENABLED, "Docker orchestration must be enabled");
    Settings settings =
        new Settings(
            eventbus,
            docker,
            broker(),
            database(),
            engine(),
            registry(),
            containers(),
            new Settings.Timeouts(
                variables.value(TimeVariables.PULL_TIMEOUT),
                variables.value(TimeVariables.START_TIMEOUT),
                variables.value(TimeVariables.STOP_TIMEOUT)),
            new Settings.HealthChecks(
                variables.value(TimeVariables.HEALTH_CHECK_INTERVAL),
                variables.value(TimeVariables.HEALTH_CHECK_TIMEOUT),
                variables.value(TimeVariables.HEALTH_CHECK_RETRIES)),
            new Settings.Reconciliation(
                variables.value(TimeVariables.RECONCILE_TIMEOUT),
                variables.value(TimeVariables.RECONCILE_INTERVAL),
                variables.value(TimeVariables.ORPHAN_DRY_RUN),
                variables.value(TimeVariables.HISTORY_RETENTION)),
            apps(environment),
            access());
    checkOwnLogin();
    return settings;
  }

  private Settings.Broker broker() {
    return new Settings.Broker(
        new Secret(variables.value(BrokerVariables.RABBITMQ_URL)),
        variables.value(BrokerVariables.QUEUE_TYPE));
  }

  private Settings.Database database() {
    return new Settings.Database(
        variables.value(DatabaseVariables.DB_HOST),
        variables.value(DatabaseVariables.DB_PORT),
        variables.value(DatabaseVariables.DB_NAME),
        variables.value(DatabaseVariables.DB_USER),
        variables.password(DatabaseVariables.DB_PASSWORD),
        variables.value(DatabaseVariables.DB_SSLMODE),
        variables.value(DatabaseVariables.DB_SCHEMA));
  }

  /**
   * The server's data source uses it, not we; what is wrong with it is said here, in the same
   * words.
   */
  private void checkOwnLogin() {
    variables.find(DatabaseVariables.OWN_DB_HOST);
    variables.find(DatabaseVariables.OWN_DB_PORT);
    variables.find(DatabaseVariables.OWN_DB_NAME);
    variables.find(DatabaseVariables.OWN_DB_USER);
    variables.password(DatabaseVariables.OWN_DB_PASSWORD);
    variables.find(DatabaseVariables.OWN_DB_SSLMODE);
  }

  private Settings.Engine engine() {
    String socket = variables.value(EngineVariables.SOCKET_PATH);
    Optional<String> host = variables.find(EngineVariables.DOCKER_HOST);
    Optional<String> certificates = variables.find(EngineVariables.CERT_PATH);
    boolean hostIsWrong = host.isEmpty() && variables.isSet(EngineVariables.DOCKER_HOST);
    String address = host.orElse("unix://" + socket);
    if (certificates.isPresent() && address.startsWith("unix:") && !hostIsWrong) {
      variables.report(
          EngineVariables.CERT_PATH,
          certificates.get(),
          "is for TLS and needs APPSERVER_DOCKER_HOST=tcp://host:port; set that too, or remove"
              + " this");
    }
    return new Settings.Engine(
        address,
        certificates,
        variables.find(EngineVariables.NODE_NAME),
        variables.find(EngineVariables.INSTALLATION_ID));
  }

  private Settings.Registry registry() {
    var registry =
        new Settings.Registry(
            variables.value(EngineVariables.REGISTRY_URL),
            variables.find(EngineVariables.REGISTRY_USERNAME),
            variables.password(EngineVariables.REGISTRY_PASSWORD));
    requireBothOrNeither(EngineVariables.REGISTRY_USERNAME, EngineVariables.REGISTRY_PASSWORD);
    return registry;
  }

  private void requireBothOrNeither(Variable<String> user, Variable<String> password) {
    if (variables.isSet(user) != variables.isSet(password)) {
      Variable<String> missing = variables.isSet(user) ? password : user;
      Variable<String> given = variables.isSet(user) ? user : password;
      variables.report(missing, "", "must be set too, as %s is set".formatted(given.name()));
    }
  }

  private Settings.Containers containers() {
    return new Settings.Containers(
        variables.value(ContainerVariables.NETWORK_NAME),
        variables.value(ContainerVariables.CONTAINER_PREFIX),
        variables.value(ContainerVariables.ADOPT_EXISTING),
        variables.value(ContainerVariables.CPU_SHARES),
        variables.value(ContainerVariables.MEMORY_MB),
        variables.value(ContainerVariables.PIDS_LIMIT),
        variables.value(ContainerVariables.IMAGE_STAGE),
        variables.value(TimeVariables.MAX_RESTARTS),
        variables.value(TimeVariables.MAX_CONCURRENT_DEPLOYMENTS));
  }

  private Settings.Apps apps(Map<String, String> environment) {
    return new Settings.Apps(
        variables.value(ContainerVariables.HTTP_URL),
        variables.value(ContainerVariables.GRPC_ADDRESS),
        variables.value(ContainerVariables.NODE_ENV),
        environment.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, entry -> new Secret(entry.getValue()))));
  }

  private Settings.Access access() {
    Optional<Settings.Account> operator =
        account(LoginVariables.ADMIN_USER, LoginVariables.ADMIN_PASSWORD);
    Optional<Settings.Account> viewer =
        account(LoginVariables.VIEWER_USER, LoginVariables.VIEWER_PASSWORD);
    if (operator.isPresent()
        && viewer.filter(other -> other.user().equals(operator.get().user())).isPresent()) {
      variables.report(
          LoginVariables.VIEWER_USER,
          operator.get().user(),
          "must be another name than APPSERVER_ADMIN_USER");
    }
    return new Settings.Access(operator, viewer, new TokenSettings(variables).issuer());
  }

  /** A name without a password would be an open door, a password without a name a closed one. */
  private Optional<Settings.Account> account(Variable<String> user, Variable<String> password) {
    requireBothOrNeither(user, password);
    Secret secret = variables.password(password);
    return variables
        .find(user)
        .filter(name -> !secret.isEmpty())
        .map(name -> new Settings.Account(name, secret));
  }
}
