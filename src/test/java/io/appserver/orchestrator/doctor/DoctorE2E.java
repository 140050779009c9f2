package io.appserver.orchestrator.doctor;

import static io.appserver.orchestrator.doctor.Finding.Status.FAILED;
import static io.appserver.orchestrator.doctor.Finding.Status.OK;
import static io.appserver.orchestrator.doctor.Finding.Status.WARNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.configuration.OperatorSets;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.intake.Bench;
import io.appserver.orchestrator.intake.amqp.BrokerConnections;
import io.appserver.orchestrator.intake.amqp.VirtualHost;
import io.appserver.orchestrator.intake.amqp.consume.EventConsumer;
import io.appserver.orchestrator.intake.amqp.deadletter.DeadLetterPublisher;
import io.appserver.orchestrator.intake.amqp.inspect.AmqpInspection;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.runtime.docker.DockerRuntime;
import io.appserver.orchestrator.runtime.docker.EngineDeadlines;
import io.appserver.orchestrator.startup.Database;
import io.appserver.orchestrator.testing.Patience;
import io.appserver.orchestrator.testing.Relay;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Everything the orchestrator needs, real, and broken one at a time: the doctor names it. */
class DoctorE2E {

  private static final String INSTALLED_QUEUE = "orchestrator.subscriber.app.installed";

  /** A login that every PostgreSQL has, and that owns nothing. */
  private static final String OWNS_NOTHING = "pg_monitor";

  private final ThreadFactory threads = Thread.ofPlatform().daemon().factory();
  private final ExecutorService executor = Executors.newCachedThreadPool(threads);
  private final Map<String, String> variables = new TreeMap<>();
  private Bench bench;
  private VirtualHost host;
  private EventConsumer consumer;

  @BeforeEach
  void startWhatIsNeeded() throws IOException {
    bench = new Bench();
    host = new VirtualHost();
    for (String key : List.of("app.installed", "app.uninstalled")) {
      host.channel().queueDeclare("appserver.subscriber." + key, true, false, false, Map.of());
    }
    variables.putAll(System.getenv());
    variables.keySet().removeIf(name -> !name.startsWith("APPSERVER_"));
    variables.put("APPSERVER_RABBITMQ_URL", host.url());
    variables.put("APPSERVER_DB_SCHEMA", bench.database.schema());
    variables.put("APPSERVER_DB_USER", OWNS_NOTHING);
    Settings settings = settings();
    BrokerConnections connections = connections(settings);
    consumer =
        new EventConsumer(
            settings,
            connections,
            bench.reception,
            new DeadLetterPublisher(connections, settings),
            bench.letters,
            List.of(),
            threads);
    consumer.start();
    await().until(() -> consumer.status().consuming());
  }

  @AfterEach
  void stop() {
    consumer.stop();
    host.close();
    bench.close();
    executor.shutdownNow();
  }

  private Settings settings() {
    return OperatorSets.settings(variables);
  }

  private BrokerConnections connections(Settings settings) {
    return new BrokerConnections(settings, bench::identity, threads, executor);
  }

  private List<Finding> examine() {
    return examine(new Database(bench.database.dataSource(), bench.database.schema()));
  }

  /** By a doctor of the variables as they are now. */
  private List<Finding> examine(Database database) {
    Settings settings = settings();
    var config =
        new SmallRyeConfigBuilder()
            .withSources(new PropertiesConfigSource(variables, "operator", 300))
            .build();
    try (var runtime = DockerRuntime.connect(settings, executor)) {
      List<Finding> findings =
          new Doctor(checks(settings, config, runtime.view(), database), executor, Doctor.LONGEST)
              .examine();
      assertThat(findings.toString())
          .doesNotContain(variables.get("APPSERVER_DB_PASSWORD"))
          .doesNotContain(variables.get("APPSERVER_DOCKER_REGISTRY_PASSWORD"))
          .doesNotContain(URI.create(host.url()).getUserInfo().split(":", 2)[1]);
      return findings;
    }
  }

  private List<Check> checks(
      Settings settings, Config config, RuntimeView view, Database database) {
    return List.of(
        new SettingsCheck(settings, config),
        new EngineCheck(view, settings),
        new NetworkCheck(view, settings),
        new DiskCheck(view, settings),
        new RegistryCheck(settings),
        new BrokerCheck(new AmqpInspection(connections(settings)), consumer, bench.letters),
        new DatabaseCheck(database, settings),
        new PlatformCheck(bench.catalog, settings),
        new LoginsCheck(settings, database, view),
        new ClockCheck(view, database));
  }

  private static Finding of(List<Finding> findings, String check) {
    return findings.stream()
        .filter(finding -> finding.check().equals(check))
        .findFirst()
        .orElseThrow();
  }

  /** The finding of that check, all others being well. */
  private static Finding only(List<Finding> findings, String check) {
    assertThat(findings)
        .filteredOn(finding -> !finding.check().equals(check) && !finding.check().equals("disk"))
        .allMatch(finding -> finding.status() == OK, "well");
    return of(findings, check);
  }

  private static String closedPort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return Integer.toString(socket.getLocalPort());
    }
  }

  @Test
  void findsNothingWhereNothingIsWrong() {
    bench.app("todos", "installed");
    List<Finding> findings = examine();
    assertThat(findings)
        .extracting(Finding::check)
        .containsExactly(
            "settings",
            "engine",
            "network",
            "disk",
            "registry",
            "broker",
            "database",
            "platform",
            "logins",
            "clock");
    only(findings, "disk"); // that of the machine of the tests is its own business
    assertThat(of(findings, "engine").summary()).contains("Docker Engine");
    assertThat(of(findings, "registry").summary()).contains("takes the login");
    assertThat(of(findings, "broker").details())
        .containsEntry(INSTALLED_QUEUE, "0 messages, 1 consumers");
    assertThat(of(findings, "platform").summary()).startsWith("1 apps are installed");
    assertThat(of(findings, "clock").details()).containsOnlyKeys("database", "engine");
  }

  @Test
  void anEngineThatIsNotThereIsNamedAndSoIsWhatDependsOnIt() {
    variables.put("APPSERVER_DOCKER_SOCKET_PATH", "/nonexistent/docker.sock");
    List<Finding> findings = examine();
    Finding engine = of(findings, "engine");
    assertThat(engine.status()).isEqualTo(FAILED);
    assertThat(engine.summary()).contains("/nonexistent/docker.sock");
    assertThat(engine.cure()).contains("Mount the socket");
    assertThat(of(findings, "network").summary()).startsWith("not known while the engine");
    assertThat(of(findings, "clock").details()).containsEntry("engine", "does not answer");
    assertThat(of(findings, "broker").status()).isEqualTo(OK);
  }

  @Test
  void aNetworkThatIsNotThereYetIsNoTrouble() {
    variables.put("APPSERVER_DOCKER_NETWORK_NAME", "never-made-by-anybody");
    assertThat(only(examine(), "network").summary()).contains("the first install makes it");
  }

  @Test
  void aWrongPasswordOfTheRegistryIsNamed() {
    variables.put("APPSERVER_DOCKER_REGISTRY_PASSWORD", "this-is-wrong");
    Finding registry = only(examine(), "registry");
    assertThat(registry.status()).isEqualTo(FAILED);
    assertThat(registry.summary()).contains("refuses the login");
    assertThat(registry.cure()).contains("APPSERVER_DOCKER_REGISTRY_PASSWORD");
  }

  @Test
  void aRegistryThatIsNotThereIsNamed() throws IOException {
    variables.put("APPSERVER_DOCKER_REGISTRY_URL", "127.0.0.1:" + closedPort());
    Finding registry = only(examine(), "registry");
    assertThat(registry.status()).isEqualTo(FAILED);
    assertThat(registry.summary()).contains("cannot be reached");
    assertThat(registry.cure()).contains("APPSERVER_DOCKER_REGISTRY_URL");
  }

  /** Longer than anybody in a hurry would wait, and shorter than an engine may take. */
  @Test
  void whatTakesItsTimeIsNotBroken() {
    URI registry = URI.create("http://" + variables.get("APPSERVER_DOCKER_REGISTRY_URL"));
    try (var line = new Relay(registry.getHost(), registry.getPort())) {
      variables.put("APPSERVER_DOCKER_REGISTRY_URL", line.address());
      line.open();
      line.hold();
      CompletableFuture.delayedExecutor(6, TimeUnit.SECONDS).execute(line::letGo);
      assertThat(only(examine(), "registry").status()).isEqualTo(OK);
    }
    assertThat(Doctor.LONGEST).isGreaterThanOrEqualTo(EngineDeadlines.STANDARD.reading());
  }

  @Test
  void aBrokerThatIsNotThereIsNamed() throws IOException {
    variables.put(
        "APPSERVER_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:%s/".formatted(closedPort()));
    Finding broker = only(examine(), "broker");
    assertThat(broker.status()).isEqualTo(FAILED);
    assertThat(broker.summary()).contains("cannot be reached");
    assertThat(broker.cure()).contains("APPSERVER_RABBITMQ_URL");
  }

  @Test
  void aBrokerThatRefusesTheLoginOrTheVirtualHostIsToldApart() {
    URI well = URI.create(host.url());
    variables.put(
        "APPSERVER_RABBITMQ_URL",
        "amqp://nobody:wrong@127.0.0.1:%d%s".formatted(well.getPort(), well.getPath()));
    assertThat(only(examine(), "broker").summary()).contains("refuses the login");

    variables.put("APPSERVER_RABBITMQ_URL", host.url() + "-of-nobody");
    Finding broker = only(examine(), "broker");
    assertThat(broker.summary()).contains("virtual host");
    assertThat(broker.cure()).contains("rabbitmqctl add_vhost");
  }

  @Test
  void aBrokerThatHangsIsGivenUpInTime() {
    host.door.hold();
    try {
      Finding broker = only(examine(), "broker");
      assertThat(broker.status()).isEqualTo(FAILED);
      assertThat(broker.summary())
          .matches("(?s).*(did not answer within 30 s|cannot be reached).*");
      assertThat(broker.cure()).isNotEmpty();
    } finally {
      host.door.letGo();
    }
  }

  @Test
  void aQueueThatIsGoneIsNamed() {
    consumer.stop();
    host.delete(INSTALLED_QUEUE);
    Finding broker = only(examine(), "broker");
    assertThat(broker.status()).isEqualTo(FAILED);
    assertThat(broker.summary()).contains("the queue " + INSTALLED_QUEUE + " is not there");
  }

  @Test
  void anAppServerWithoutItsOwnQueueIsWarnedOf() {
    host.delete("appserver.subscriber.app.installed");
    Finding broker = only(examine(), "broker");
    assertThat(broker.status()).isEqualTo(WARNING);
    assertThat(broker.summary()).contains("appserver.subscriber.app.installed");
  }

  private Database database(String url, String user) {
    var login = new Properties();
    login.setProperty("user", user);
    login.setProperty("password", Bench.environment("APPSERVER_DB_PASSWORD"));
    DataSource source =
        (DataSource)
            Proxy.newProxyInstance(
                DataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (self, method, arguments) -> DriverManager.getConnection(url, login));
    return new Database(source, bench.database.schema());
  }

  @Test
  void aDatabaseThatIsNotThereIsNamed() throws IOException {
    List<Finding> findings =
        examine(
            database("jdbc:postgresql://127.0.0.1:%s/partner".formatted(closedPort()), "partner"));
    Finding database = of(findings, "database");
    assertThat(database.status()).isEqualTo(FAILED);
    assertThat(database.cure()).contains("APPSERVER_DB_HOST");
    assertThat(of(findings, "clock").details()).containsEntry("database", "does not answer");
  }

  @Test
  void aLoginThatTheDatabaseRefusesIsToldApartFromADatabaseThatIsNot() {
    String url = Bench.environment("ORCHESTRATOR_TEST_DB_URL");
    assertThat(of(examine(database(url, "nobody")), "database").cure())
        .contains("APPSERVER_DB_PASSWORD");
    assertThat(
            of(
                    examine(database(url + "_never_made", Bench.environment("APPSERVER_DB_USER"))),
                    "database")
                .cure())
        .contains("APPSERVER_DB_NAME");
  }

  @Test
  void tablesThatAreOfAnotherVersionAreNamed() {
    bench.database.execute(
        "DELETE FROM orchestrator_schema_history WHERE installed_rank = (SELECT max(installed_rank) FROM"
            + " orchestrator_schema_history)");
    Finding database = only(examine(), "database");
    assertThat(database.status()).isEqualTo(FAILED);
    assertThat(database.summary()).contains("not up to date");
  }

  @Test
  void platformTablesThatAreMissingOrUnreadableAreNamed() {
    bench.database.execute("ALTER TABLE settings RENAME TO settings_of_old");
    Finding away = only(examine(), "platform");
    assertThat(away.status()).isEqualTo(FAILED);
    assertThat(away.summary()).contains("the table settings was there and is not any more");
    assertThat(away.cure()).contains("orchestrator_platform_table");

    bench.database.execute("DELETE FROM orchestrator_platform_table WHERE name = 'settings'");
    Finding missing = only(examine(), "platform");
    assertThat(missing.status()).isEqualTo(WARNING);
    assertThat(missing.summary()).contains("settings");

    bench.database.execute("ALTER TABLE apps RENAME COLUMN state TO status");
    Finding unreadable = only(examine(), "platform");
    assertThat(unreadable.status()).isEqualTo(FAILED);
    assertThat(unreadable.summary()).contains("state");
    assertThat(unreadable.cure()).contains("GRANT SELECT");

    bench.database.execute("ALTER TABLE apps RENAME TO apps_of_old");
    assertThat(only(examine(), "platform").summary())
        .contains("the table apps was there and is not any more");
  }

  @Test
  void appsThatCouldLogInAsOwnerOrAdministratorAreNamed() {
    variables.put("APPSERVER_DB_USER", Bench.environment("APPSERVER_DB_USER"));
    Finding owner = only(examine(), "logins");
    assertThat(owner.status()).isEqualTo(FAILED);
    assertThat(owner.summary()).contains("which owns tables of the schema");
    assertThat(owner.cure()).contains("docs/operations.md");

    variables.put("APPSERVER_DB_USER", Bench.environment("ORCHESTRATOR_TEST_DB_SUPERUSER"));
    Finding administrator = only(examine(), "logins");
    assertThat(administrator.status()).isEqualTo(FAILED);
    assertThat(administrator.summary()).contains("which is an administrator's");

    variables.put("APPSERVER_DB_USER", "nobody-has-this-name");
    assertThat(only(examine(), "logins").status()).isEqualTo(WARNING);
  }

  @Test
  void settingsThatLookLikeAMistakeAreNamed() {
    variables.put("NODE_ENV", "development");
    variables.put("APPSERVER_DOCKER_PUL_TIMEOUT", "5m");
    Finding settings = only(examine(), "settings");
    assertThat(settings.status()).isEqualTo(WARNING);
    assertThat(settings.summary())
        .contains("NODE_ENV is development", "is APPSERVER_DOCKER_PULL_TIMEOUT meant?");
    assertThat(settings.cure()).contains("NODE_ENV=production");
  }

  @Test
  void anExaminationEndsThoughABrokerHangsAndAnotherOneIsAsGood() {
    host.door.hold();
    try {
      long began = System.nanoTime();
      examine();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Patience.CONDITION);
    } finally {
      host.door.letGo();
    }
    await().until(() -> consumer.status().consuming());
    await().until(() -> of(examine(), "broker").status() == OK);
  }
}
