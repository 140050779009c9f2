package io.appserver.orchestrator.crash;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.ConvergenceByHand;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.jpa.JpaNodes;
import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.e2e.support.Services;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.docker.DockerRuntime;
import io.appserver.orchestrator.runtime.probe.NetworkHealthProbe;
import io.appserver.orchestrator.supervision.Supervision;
import io.appserver.orchestrator.supervision.SupervisionByHand;
import io.appserver.orchestrator.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The process that is killed: what converges and what watches, with the real engine and the real
 * database, in a plain JVM. It does what it is told by lines on its standard input.
 */
final class Child {

  static final String NODE = "node";
  static final String BOOTED = "booted";
  static final String STARTED = "started";
  static final String SIGNALLED = "signalled";
  static final String STOPPED = "stopped";

  /** The property of the fault points; empty until the parent says otherwise. */
  private static final String FAULT = "orchestrator.fault";

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(4);
  private final TestDatabase database;
  private final Identity identity;
  private final ConvergenceService convergence;
  private final Supervision supervision;

  private Child(String schema, String installation, String registry) {
    identity = new Identity(installation, NODE, UUID.randomUUID());
    database = TestDatabase.join(schema);
    Settings settings = settings(Services.fromEnvironment(), registry);
    var stores = ConvergenceByHand.Stores.in(database);
    WorkStore work = stores.work();
    Deployments deployments = stores.deployments();
    Volumes volumes = stores.volumes();
    AppCatalog catalog = stores.catalog();
    OperatorRequests wishes = stores.requests();
    var nodes = database.transactional(Nodes.class, new JpaNodes(database.entities()));
    var runtime = DockerRuntime.connect(settings, executor);
    var probe = new NetworkHealthProbe(runtime.view());
    var threads = new ConvergenceByHand.Threads(executor, scheduler);
    convergence =
        new ConvergenceByHand(
                settings,
                stores,
                new ConvergenceByHand.Engine(runtime.view(), runtime.control(), probe),
                new DeploymentWriter(
                    database.transactions(),
                    work,
                    deployments,
                    TimeSource.REAL,
                    List.of(),
                    List.of()),
                threads)
            .service();
    supervision =
        new SupervisionByHand(
                settings, identity, convergence, stores, runtime.view(), probe, threads)
            .service(nodes);
    // Whatever is slow the first time: the process before this one still lives meanwhile.
    var nobody = new AppName("nobody");
    work.due(NODE, identity.instance());
    deployments.all();
    deployments.named(nobody);
    catalog.find(nobody);
    catalog.installed();
    wishes.of(nobody);
    volumes.of(nobody);
    nodes.all();
    try {
      runtime.view().list(installation);
    } catch (UnreachableException e) {
      System.err.println("the engine is busy: " + e.getMessage());
    }
  }

  public static void main(String[] arguments) throws IOException {
    var child = new Child(arguments[0], arguments[1], arguments[2]);
    say(BOOTED);
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      child.obey(line.split(" ", 3));
    }
    Runtime.getRuntime().halt(1); // the parent has gone
  }

  private void obey(String[] words) {
    switch (words[0]) {
      case "fault" -> System.setProperty(FAULT, words.length > 1 ? words[1] : "");
      case "start" -> {
        convergence.start(identity);
        supervision.start(identity);
        say(STARTED);
      }
      case "signal" -> {
        convergence.signal(new AppName(words[1]), new Cause(words[2], effect(words[2])));
        say(SIGNALLED);
      }
      case "stop" -> {
        supervision.stop();
        convergence.stop(Duration.ofSeconds(5)); // as the server's own stop
        say(STOPPED);
        System.exit(0);
      }
      default -> throw new IllegalArgumentException(words[0]);
    }
  }

  private static Cause.Effect effect(String word) {
    return word.equals(Cause.INSTALLED.word()) ? Cause.Effect.RENEWS : Cause.Effect.NONE;
  }

  private static void say(String word) {
    System.out.println(word);
  }

  private static Settings settings(Services services, String registry) {
    return new Settings(
        true,
        true,
        new Settings.Broker(new Secret("amqp://unused"), "quorum"),
        new Settings.Database(
            "db", 5432, "partner", "partner", new Secret("s3cret-word"), "disable", "appserver"),
        new Settings.Engine(
            "unix://" + services.engineSocket(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        new Settings.Registry(
            registry,
            Optional.of(services.registryLogin().user()),
            new Secret(services.registryLogin().password())),
        new Settings.Containers(services.network(), "app-", false, 1024, 512, 512, "latest", 3, 4),
        new Settings.Timeouts(Duration.ofMinutes(1), Duration.ofSeconds(30), Duration.ofSeconds(2)),
        new Settings.HealthChecks(Duration.ofSeconds(30), Duration.ofSeconds(1), 3),
        // Nothing may get well only because everything is looked at once in a while.
        new Settings.Reconciliation(
            Duration.ofMinutes(2), Duration.ofHours(1), false, Duration.ofDays(90)),
        new Settings.Apps("http://appserver:8080", "appserver:9091", "production", Map.of()),
        Settings.Access.CLOSED);
  }
}
