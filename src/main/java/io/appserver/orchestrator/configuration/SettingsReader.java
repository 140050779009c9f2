package io.appserver.orchestrator.configuration;

import static io.appserver.orchestrator.configuration.ValueFormats.integer;
import static io.appserver.orchestrator.configuration.ValueFormats.matching;
import static io.appserver.orchestrator.configuration.ValueFormats.oneOf;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;

/** Makes the settings of what the operator set, or says everything that is wrong with it. */
public final class SettingsReader {

  /** The engine's own networks, on which containers do not find one another by name. */
  private static final String PREDEFINED_NETWORKS = "(?:bridge|host|none|default|ingress)";

  private static final ValueFormat<String> NETWORK =
      matching(
          "(?!" + PREDEFINED_NETWORKS + "$)[A-Za-z0-9][A-Za-z0-9_.-]{1,127}",
          "2 to 128 letters, digits, '_', '.' or '-', and none of the engine's own networks"
              + " (bridge, host, none, default, ingress)");

  /** At most 20, so that something is left of the 63 characters of a DNS label. */
  private static final ValueFormat<String> NAME_PREFIX =
      matching(
          "(?=.{1,20}$)[a-z0-9]+(?:[._-][a-z0-9]+)*[._-]?",
          "at most 20 lower-case letters and digits, joined by single '.', '_' or '-'");

  /** Without quoting the same for every tool, and not in PostgreSQL's own name space. */
  private static final ValueFormat<String> SCHEMA =
      matching(
          "(?!pg_)[a-z_][a-z0-9_]{0,62}",
          "at most 63 lower-case letters, digits or '_', not starting with a digit or pg_");

  private static final ValueFormat<String> DATABASE_IDENTIFIER =
      matching("[^\\p{Cntrl}]{1,63}", "at most 63 characters");

  private static final ValueFormat<String> NODE_NAME =
      matching(
          "[A-Za-z0-9][A-Za-z0-9_.-]{0,127}",
          "at most 128 letters, digits, '_', '.' or '-', starting with a letter or digit");

  private static final ValueFormat<String> USER_NAME =
      matching("[^\\p{Cntrl}:]+", "a user name without ':'");

  private static final ValueFormat<String> WORD =
      matching("[A-Za-z0-9_-]{1,64}", "a word, such as production or development");

  /** What libpq takes. */
  private static final ValueFormat<String> SSL_MODE =
      oneOf("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

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
    return UnknownVariables.warnings(set, known(config));
  }

  /** The names of all variables that are settings. */
  static Set<String> known(Config config) {
    var variables = new VariableReader(config);
    new SettingsReader(variables).settings(Map.of());
    return variables.asked();
  }

  private Settings settings(Map<String, String> environment) {
    boolean eventbus = variables.mustBeOn("APPSERVER_EVENTBUS_ENABLED", "EventBus must be enabled");
    boolean docker =
        variables.mustBeOn("APPSERVER_DOCKER_ENABLED", "Docker orchestration must be enabled");
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
                duration(DurationVariable.PULL_TIMEOUT),
                duration(DurationVariable.START_TIMEOUT),
                duration(DurationVariable.STOP_TIMEOUT)),
            new Settings.HealthChecks(
                duration(DurationVariable.HEALTH_CHECK_INTERVAL),
                duration(DurationVariable.HEALTH_CHECK_TIMEOUT),
                variables.value("APPSERVER_DOCKER_HEALTH_CHECK_RETRIES", 3, integer(1, 1000))),
            new Settings.Reconciliation(
                duration(DurationVariable.RECONCILE_TIMEOUT),
                duration(DurationVariable.RECONCILE_INTERVAL),
                variables.value("APPSERVER_DOCKER_ORPHAN_DRY_RUN", false, ValueFormats.FLAG),
                variables.value(
                    DurationVariable.HISTORY_RETENTION.name(),
                    DurationVariable.HISTORY_RETENTION.initial(),
                    ValueFormats.daysOr(DurationVariable.HISTORY_RETENTION.format()))),
            apps(environment),
            access());
    checkOwnLogin();
    return settings;
  }

  private Settings.Broker broker() {
    return new Settings.Broker(
        new Secret(
            variables.value(
                "APPSERVER_RABBITMQ_URL", Settings.Broker.DEFAULT_URL, AddressFormats.BROKER_URL)),
        variables.value("APPSERVER_EVENTBUS_QUEUE_TYPE", "quorum", oneOf("quorum", "classic")));
  }

  private Settings.Database database() {
    return new Settings.Database(
        variables.value("APPSERVER_DB_HOST", "postgres", AddressFormats.HOST_NAME),
        variables.value("APPSERVER_DB_PORT", 5432, ValueFormats.PORT),
        variables.value("APPSERVER_DB_NAME", "partner", DATABASE_IDENTIFIER),
        variables.value("APPSERVER_DB_USER", "partner", DATABASE_IDENTIFIER),
        variables.password("APPSERVER_DB_PASSWORD"),
        variables.value("APPSERVER_DB_SSLMODE", "disable", SSL_MODE),
        variables.value("APPSERVER_DB_SCHEMA", "appserver", SCHEMA));
  }

  /**
   * The server's data source uses it, not we; what is wrong with it is said here, in the same
   * words.
   */
  private void checkOwnLogin() {
    var own = "APPSERVER_ORCHESTRATOR_DB_";
    variables.find(own + "HOST", AddressFormats.HOST_NAME);
    variables.find(own + "PORT", ValueFormats.PORT);
    variables.find(own + "NAME", DATABASE_IDENTIFIER);
    variables.find(own + "USER", DATABASE_IDENTIFIER);
    variables.password(own + "PASSWORD");
    variables.find(own + "SSLMODE", SSL_MODE);
  }

  private Settings.Engine engine() {
    String socket =
        variables.value(
            "APPSERVER_DOCKER_SOCKET_PATH", "/var/run/docker.sock", AddressFormats.SOCKET_PATH);
    Optional<String> host = variables.find("APPSERVER_DOCKER_HOST", AddressFormats.ENGINE);
    Optional<String> certificates =
        variables.find("APPSERVER_DOCKER_CERT_PATH", ValueFormats.CERTIFICATE_FOLDER);
    boolean hostIsWrong = host.isEmpty() && variables.isSet("APPSERVER_DOCKER_HOST");
    String address = host.orElse("unix://" + socket);
    if (certificates.isPresent() && address.startsWith("unix:") && !hostIsWrong) {
      variables.report(
          "APPSERVER_DOCKER_CERT_PATH",
          certificates.get(),
          "is for TLS and needs APPSERVER_DOCKER_HOST=tcp://host:port; set that too, or remove"
              + " this");
    }
    return new Settings.Engine(
        address,
        certificates,
        variables.find("APPSERVER_DOCKER_NODE_NAME", NODE_NAME),
        variables.find("APPSERVER_INSTALLATION_ID", ValueFormats.UUID_TEXT));
  }

  private Settings.Registry registry() {
    var user = "APPSERVER_DOCKER_REGISTRY_USERNAME";
    var password = "APPSERVER_DOCKER_REGISTRY_PASSWORD";
    var registry =
        new Settings.Registry(
            variables.value(
                "APPSERVER_DOCKER_REGISTRY_URL",
                "registry.eacore6.de",
                AddressFormats.REGISTRY_HOST),
            variables.find(user, USER_NAME),
            variables.password(password));
    if (variables.isSet(user) != variables.isSet(password)) {
      String missing = variables.isSet(user) ? password : user;
      String given = variables.isSet(user) ? user : password;
      variables.report(missing, "", "must be set too, as %s is set".formatted(given));
    }
    return registry;
  }

  private Settings.Containers containers() {
    return new Settings.Containers(
        variables.value("APPSERVER_DOCKER_NETWORK_NAME", "appserver-network", NETWORK),
        variables.value("APPSERVER_DOCKER_CONTAINER_PREFIX", "app-", NAME_PREFIX),
        variables.value("APPSERVER_DOCKER_ADOPT_EXISTING", false, ValueFormats.FLAG),
        variables.value("APPSERVER_DOCKER_DEFAULT_CPU_SHARES", 1024, ValueFormats.CPU_SHARES),
        variables.value("APPSERVER_DOCKER_DEFAULT_MEMORY_MB", 512L, ValueFormats.MEMORY_MB),
        // The most that a 64-bit kernel has.
        variables.value("APPSERVER_DOCKER_PIDS_LIMIT", 512, integer(1, 4_194_304)),
        variables.value("APPSERVER_DOCKER_DEFAULT_IMAGE_STAGE", "latest", ValueFormats.IMAGE_STAGE),
        variables.value("APPSERVER_DOCKER_MAX_RESTARTS", 3, integer(0, 1000)),
        variables.value("APPSERVER_DOCKER_MAX_CONCURRENT_DEPLOYMENTS", 4, integer(1, 64)));
  }

  private Settings.Apps apps(Map<String, String> environment) {
    return new Settings.Apps(
        variables.value("APPSERVER_HTTP_URL", "http://appserver:8080", AddressFormats.HTTP_URL),
        variables.value("APPSERVER_GRPC_ADDRESS", "appserver:9091", AddressFormats.HOST_PORT),
        variables.value("NODE_ENV", "production", WORD),
        environment.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, entry -> new Secret(entry.getValue()))));
  }

  private Settings.Access access() {
    Optional<Settings.Account> operator = account("APPSERVER_ADMIN");
    Optional<Settings.Account> viewer = account("APPSERVER_VIEWER");
    if (operator.isPresent()
        && viewer.filter(other -> other.user().equals(operator.get().user())).isPresent()) {
      variables.report(
          "APPSERVER_VIEWER_USER",
          operator.get().user(),
          "must be another name than APPSERVER_ADMIN_USER");
    }
    return new Settings.Access(operator, viewer, new TokenSettings(variables).issuer());
  }

  /** A name without a password would be an open door, a password without a name a closed one. */
  private Optional<Settings.Account> account(String prefix) {
    String user = prefix + "_USER";
    String password = prefix + "_PASSWORD";
    if (variables.isSet(user) != variables.isSet(password)) {
      String missing = variables.isSet(user) ? password : user;
      String given = variables.isSet(user) ? user : password;
      variables.report(missing, "", "must be set too, as %s is set".formatted(given));
    }
    Secret secret = variables.password(password);
    return variables
        .find(user, USER_NAME)
        .filter(name -> !secret.isEmpty())
        .map(name -> new Settings.Account(name, secret));
  }

  private Duration duration(DurationVariable variable) {
    return variables.value(variable.name(), variable.initial(), variable.format());
  }
}
