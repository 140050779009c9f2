package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.OrchestratorServer;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.Services;
import io.appserver.orchestrator.e2e.support.SocketProxy;
import io.appserver.orchestrator.testing.Patience;
import io.appserver.orchestrator.testing.Relay;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Two instances, then three, for one engine, broker and database, under a steady stream of installs
 * and uninstalls while they are killed, held and cut off from everything. How long is {@code
 * instances.seconds} (45); {@code instances.seed} decides what is wanted, and what befalls whom.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(EndToEnd.OTHER_SERVER)
class InstancesE2E {

  private static final int APPS = 8;

  private static final Duration BETWEEN_CHANGES = Duration.ofMillis(500);

  /** More than a lease lives: whoever is held that long has lost it. */
  private static final Duration HELD = Duration.ofSeconds(14);

  /** More than a call to the engine may last. */
  private static final Duration ENGINE_HELD = Duration.ofSeconds(9);

  private static final Duration A_WHILE = Duration.ofSeconds(3);

  private static final Duration REST = Patience.CONDITION;

  /** What befalls one of them, or what all of them need. */
  private enum Fault {
    KILLED,
    HELD,
    STOPPED,
    BROKER_CLOSES_CONNECTIONS,
    DATABASE_CUT,
    ENGINE_HELD,
    REGISTRY_AWAY
  }

  private final long seed = Long.getLong("instances.seed", 1);
  private final Random random = new Random(seed);
  private final Deque<Fault> coming = new ArrayDeque<>();
  private final Set<App> wanted = new HashSet<>();
  private final List<App> apps = new ArrayList<>();
  private final List<OrchestratorServer> instances = new ArrayList<>();
  private SocketProxy engine;
  private Relay engineLine;
  private Relay databaseLine;
  private Platform platform;

  @BeforeAll
  void startTwo() throws IOException {
    Services services = Services.fromEnvironment();
    engine = SocketProxy.start(services.engineSocket());
    engineLine = new Relay("127.0.0.1", engine.port());
    engineLine.open();
    URI database = URI.create(services.databaseUrl().substring("jdbc:".length()));
    databaseLine = new Relay(database.getHost(), database.getPort());
    databaseLine.open();
    platform =
        Platform.prepare(
            "instances",
            Map.of(
                "APPSERVER_DOCKER_HOST",
                "tcp://" + engineLine.address(),
                "APPSERVER_DB_HOST",
                "127.0.0.1",
                "APPSERVER_DB_PORT",
                Integer.toString(databaseLine.port())));
    for (int i = 0; i < APPS; i++) {
      apps.add(platform.app("app" + i, "web"));
    }
    instances.add(platform.server());
    instances.add(platform.server().twin("second"));
    instances.forEach(OrchestratorServer::launch);
    instances.forEach(OrchestratorServer::awaitReady);
  }

  @AfterAll
  void end() throws IOException {
    instances.forEach(OrchestratorServer::close);
    if (platform != null) {
      platform.close();
    }
    for (Relay line : Arrays.asList(engineLine, databaseLine)) {
      if (line != null) {
        line.close();
      }
    }
    if (engine != null) {
      engine.close();
    }
  }

  @Test
  void whateverBefallsThemTheEndIsWhatTheDatabaseSays() {
    System.out.println("instances: seed " + seed);
    Duration length = Duration.ofSeconds(Long.getLong("instances.seconds", 45));
    long begun = System.nanoTime();
    faultsUntil(begun + length.toNanos() / 2);
    OrchestratorServer third = platform.server().twin("third");
    instances.add(third);
    third.launch();
    faultsUntil(begun + length.toNanos());
    instances.forEach(OrchestratorServer::awaitReady);

    for (App app : apps) {
      platform.await(app, "is as wanted", REST, () -> assertAsWanted(app));
    }
    for (App app : apps) {
      platform.await(
          app,
          "has no open event",
          REST,
          () ->
              assertThat(platform.database().intakes(app))
                  .allSatisfy(event -> assertThat(event.outcome()).isNotEqualTo("open")));
    }
    assertThat(acts("begun_at < lease_until")).as("acts under a live lease").isNotEmpty();
    assertThat(acts("begun_at < lease_until IS NOT TRUE")).as("acts without").isEmpty();
    assertThat(actsUnderAnOldLease()).isEmpty();
    assertThat(platform.database().outbox()).isZero();
    assertThat(
            platform
                .database()
                .query(
                    "SELECT app_name FROM orchestrator_history WHERE code IN ('exited', 'container_missing', 'name_conflict')",
                    row -> row.getString(1)))
        .as("apps whose containers one instance took from under the other")
        .isEmpty();
  }

  private void faultsUntil(long nanoTime) {
    while (nanoTime - System.nanoTime() > 0) {
      stream(A_WHILE);
      if (coming.isEmpty()) {
        List<Fault> all = new ArrayList<>(List.of(Fault.values()));
        Collections.shuffle(all, random);
        coming.addAll(all);
      }
      Fault fault = coming.removeFirst();
      int victim = random.nextInt(instances.size());
      System.out.printf("instances: %s (%d of %d)%n", fault, victim + 1, instances.size());
      strike(fault, instances.get(victim));
    }
  }

  private void strike(Fault fault, OrchestratorServer victim) {
    switch (fault) {
      case KILLED -> {
        victim.kill();
        stream(A_WHILE);
        victim.launch();
      }
      case HELD -> victim.whileHeld(() -> stream(HELD));
      case STOPPED -> {
        victim.stop();
        stream(A_WHILE);
        victim.launch();
      }
      case BROKER_CLOSES_CONNECTIONS -> platform.broker().closeConnectionsOfOrchestrators();
      case DATABASE_CUT -> {
        for (int i = 0; i < 5; i++) {
          databaseLine.cut();
          stream(BETWEEN_CHANGES);
        }
      }
      case ENGINE_HELD -> {
        engineLine.hold();
        stream(ENGINE_HELD);
        engineLine.letGo();
      }
      case REGISTRY_AWAY -> platform.registry().door().whileShut(() -> stream(A_WHILE));
    }
  }

  /** For so long, two changes of mind a second. */
  private void stream(Duration length) {
    for (long i = 0; i < length.dividedBy(BETWEEN_CHANGES); i++) {
      App app = apps.get(random.nextInt(apps.size()));
      if (wanted.remove(app)) {
        platform.appServer().uninstall(app);
      } else {
        wanted.add(app);
        platform.appServer().install(app);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(BETWEEN_CHANGES.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Entries of the journal of which that is so. */
  private List<String> acts(String condition) {
    return platform
        .database()
        .query(
            "SELECT app_name || ' ' || verb || ' ' || target FROM orchestrator_act WHERE "
                + condition,
            row -> row.getString(1));
  }

  private void assertAsWanted(App app) {
    var containers = platform.engine().containersOf(app);
    if (wanted.contains(app)) {
      assertThat(platform.database().state(app)).isEqualTo("healthy");
      assertThat(containers)
          .singleElement()
          .satisfies(container -> {
            assertThat(container.getState()).isEqualTo("running");
            assertThat(platform.database().deployment(app).orElseThrow().containerId())
                .isEqualTo(container.getId());
          });
    } else {
      assertThat(containers).isEmpty();
      assertThat(platform.database().deployment(app))
          .satisfiesAnyOf(
              row -> assertThat(row).isEmpty(),
              row -> assertThat(row.orElseThrow().state()).isEqualTo("stopped"));
    }
  }

  /** Acts that began after another had begun under a later lease of the same app. */
  private List<String> actsUnderAnOldLease() {
    return platform
        .database()
        .query(
            """
            SELECT late.verb || ' ' || late.target FROM orchestrator_act late
            JOIN orchestrator_act later USING (node, app_name)
            WHERE late.fence < later.fence AND late.begun_at > later.begun_at
            """,
            row -> row.getString(1));
  }
}
