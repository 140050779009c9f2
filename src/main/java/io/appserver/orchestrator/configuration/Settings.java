package io.appserver.orchestrator.configuration;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything the operator can set, read once at start-up and never changed after. Each component
 * names its variable without the {@code APPSERVER_} prefix.
 */
public record Settings(
    boolean eventbusEnabled,
    boolean dockerEnabled,
    Broker broker,
    Database database,
    Engine engine,
    Registry registry,
    Containers containers,
    Timeouts timeouts,
    HealthChecks healthChecks,
    Reconciliation reconciliation,
    Apps apps,
    Access access) {

  /**
   * The message broker.
   *
   * @param url {@code RABBITMQ_URL}, an {@code amqp://} or {@code amqps://} URI; may hold a
   *     password
   * @param queueType {@code EVENTBUS_QUEUE_TYPE}, {@code quorum} or {@code classic}, for queues
   *     that do not exist yet
   */
  public record Broker(Secret url, String queueType) {

    /** The {@code RABBITMQ_URL} where none is set: the address inside the platform's network. */
    public static final String DEFAULT_URL = "amqp://guest:guest@rabbitmq:5672/";
  }

  /**
   * The database as the apps are told of it ({@code DB_*}); the orchestrator's own connection is
   * the server's data source, where {@code ORCHESTRATOR_DB_*} wins.
   *
   * @param schema {@code DB_SCHEMA}, where the platform's tables are and ours go
   */
  public record Database(
      String host,
      int port,
      String name,
      String user,
      Secret password,
      String sslMode,
      String schema) {}

  /**
   * The container engine, and who we are to it.
   *
   * @param host {@code tcp://…} of {@code DOCKER_HOST}, or {@code unix://} and the {@code
   *     DOCKER_SOCKET_PATH}
   * @param certPath {@code DOCKER_CERT_PATH}, a folder with ca.pem, cert.pem and key.pem; TLS if
   *     set
   * @param nodeName {@code DOCKER_NODE_NAME}; empty means the engine's own name
   * @param installationId {@code INSTALLATION_ID}; empty means the one kept in the database
   */
  public record Engine(
      String host,
      Optional<String> certPath,
      Optional<String> nodeName,
      Optional<String> installationId) {}

  /**
   * Where images come from.
   *
   * @param url {@code DOCKER_REGISTRY_URL}: host, or host and port, without a scheme
   */
  public record Registry(String url, Optional<String> username, Secret password) {}

  /**
   * What all containers have in common, where an app does not say otherwise.
   *
   * @param networkName {@code DOCKER_NETWORK_NAME}
   * @param namePrefix {@code DOCKER_CONTAINER_PREFIX}
   * @param adoptExisting {@code DOCKER_ADOPT_EXISTING}: take over an unlabelled container of the
   *     wanted name
   * @param cpuShares {@code DOCKER_DEFAULT_CPU_SHARES}, 2 to 262144
   * @param memoryMb {@code DOCKER_DEFAULT_MEMORY_MB}, at least 6
   * @param pidsLimit {@code DOCKER_PIDS_LIMIT}, at least 1
   * @param imageStage {@code DOCKER_DEFAULT_IMAGE_STAGE}: latest, pre-release or testing
   * @param maxRestarts {@code DOCKER_MAX_RESTARTS}, 0 or more
   * @param maxConcurrentDeployments {@code DOCKER_MAX_CONCURRENT_DEPLOYMENTS}, at least 1
   */
  public record Containers(
      String networkName,
      String namePrefix,
      boolean adoptExisting,
      int cpuShares,
      long memoryMb,
      long pidsLimit,
      String imageStage,
      int maxRestarts,
      int maxConcurrentDeployments) {

    /** The greatest value of {@code DOCKER_MAX_CONCURRENT_DEPLOYMENTS}. */
    public static final int MOST_CONCURRENT_DEPLOYMENTS = 64;
  }

  /**
   * How long the steps of a deployment may take.
   *
   * @param pull {@code DOCKER_PULL_TIMEOUT}, for one whole pull
   * @param start {@code DOCKER_START_TIMEOUT}, from start to healthy
   * @param stop {@code DOCKER_STOP_TIMEOUT}, from the stop signal to the kill
   */
  public record Timeouts(Duration pull, Duration start, Duration stop) {}

  /**
   * {@code DOCKER_HEALTH_CHECK_INTERVAL}, {@code _TIMEOUT} and {@code _RETRIES} (failures in a row
   * that make unhealthy).
   */
  public record HealthChecks(Duration interval, Duration timeout, int retries) {}

  /**
   * Putting right what no event told of.
   *
   * @param timeout {@code DOCKER_RECONCILE_TIMEOUT}, after which what is left goes on by itself
   * @param interval {@code DOCKER_RECONCILE_INTERVAL}
   * @param orphanDryRun {@code DOCKER_ORPHAN_DRY_RUN}: containers of apps that the platform does
   *     not know are told of, and not removed
   * @param retention {@code HISTORY_RETENTION}: how long it is kept what happened
   */
  public record Reconciliation(
      Duration timeout, Duration interval, boolean orphanDryRun, Duration retention) {}

  /**
   * Who may use the API and the console. They are off while this is empty.
   *
   * @param operator {@code ADMIN_USER} and {@code ADMIN_PASSWORD}: may do everything
   * @param viewer {@code VIEWER_USER} and {@code VIEWER_PASSWORD}: may look
   * @param tokenIssuer whose tokens are taken
   */
  public record Access(
      Optional<Account> operator, Optional<Account> viewer, Optional<TokenIssuer> tokenIssuer) {

    /** Nobody may. */
    public static final Access CLOSED =
        new Access(Optional.empty(), Optional.empty(), Optional.empty());

    /** Whether anybody may log in. */
    public boolean isOpen() {
      return operator.isPresent() || viewer.isPresent() || tokenIssuer.isPresent();
    }
  }

  /** A name and its password. */
  public record Account(String user, Secret password) {}

  /**
   * Who issues tokens, and which of them are taken: the variables of MicroProfile JWT 2.1, without
   * a prefix of ours.
   *
   * @param name {@code MP_JWT_VERIFY_ISSUER}
   * @param keys {@code MP_JWT_VERIFY_PUBLICKEY} or {@code MP_JWT_VERIFY_PUBLICKEY_LOCATION}
   * @param algorithm {@code MP_JWT_VERIFY_PUBLICKEY_ALGORITHM}, {@code RS256} or {@code ES256}
   * @param audiences {@code MP_JWT_VERIFY_AUDIENCES}: a token must be for one of them; empty means
   *     any
   * @param clockSkew {@code MP_JWT_VERIFY_CLOCK_SKEW}: how far the issuer's clock may be off
   * @param mostAge {@code MP_JWT_VERIFY_TOKEN_AGE}, since the token was issued
   */
  public record TokenIssuer(
      String name,
      IssuerKeys keys,
      String algorithm,
      List<String> audiences,
      Duration clockSkew,
      Optional<Duration> mostAge) {
    public TokenIssuer {
      audiences = List.copyOf(audiences);
    }
  }

  /**
   * What apps are told.
   *
   * @param httpUrl {@code HTTP_URL}
   * @param grpcAddress {@code GRPC_ADDRESS}
   * @param nodeEnv {@code NODE_ENV}, without a prefix
   * @param environment the orchestrator's own whole environment, for what is forwarded; holds
   *     secrets
   */
  public record Apps(
      String httpUrl, String grpcAddress, String nodeEnv, Map<String, Secret> environment) {
    public Apps {
      environment = Map.copyOf(environment);
    }
  }
}
