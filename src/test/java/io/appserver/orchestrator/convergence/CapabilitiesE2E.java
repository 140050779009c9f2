package io.appserver.orchestrator.convergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.decide.Seen;
import io.appserver.orchestrator.convergence.dependency.Dependencies;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Lane;
import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.convergence.work.LeaseClock;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.convergence.workload.Capability;
import io.appserver.orchestrator.convergence.workload.Gathered;
import io.appserver.orchestrator.convergence.workload.Recalled;
import io.appserver.orchestrator.convergence.workload.Steps;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.convergence.workload.Workload;
import io.appserver.orchestrator.convergence.workload.WorkloadControl;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A look goes by what the engine behind the port says that it can do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CapabilitiesE2E {

  private static final AppName SHOP = new AppName("shop");
  private static final AppName DATABASE = new AppName("database");

  private TestDatabase database;

  @BeforeAll
  void create() {
    database = TestDatabase.create();
  }

  @AfterAll
  void drop() {
    database.close();
  }

  @BeforeEach
  void anAppNeedsAnotherThatIsOnAnotherNode() {
    database.clear();
    database.execute(
        "INSERT INTO orchestrator_node (name, engine_id) VALUES ('here', '1'), ('far', '2')");
    UUID shop = installed(SHOP);
    UUID needed = installed(DATABASE);
    database.execute(
        "INSERT INTO dependencies VALUES ('%s', '%s', 'hard')".formatted(shop, needed));
    new Node("far", Set.of()).look(DATABASE);
  }

  private UUID installed(AppName app) {
    UUID id = UUID.randomUUID();
    database.execute("INSERT INTO apps VALUES ('%s', '%s', 'installed')".formatted(id, app));
    return id;
  }

  private List<String> wantedAtFar() {
    return database.rows(
        "SELECT app_name FROM orchestrator_work WHERE node = 'far' AND signal_seq > handled_seq AND app_name = '%s'"
            .formatted(SHOP));
  }

  @Test
  void anAppGoesToTheNodeOfThoseItNeedsWhereANetworkIsOneEngines() {
    var here = new Node("here", Set.of());

    here.look(SHOP);

    assertThat(here.engine.advanced).isEmpty();
    assertThat(wantedAtFar()).containsExactly(SHOP.value());
  }

  @Test
  void anAppStaysWhereItIsIfTheNetworkSpansNodes() {
    var here = new Node("here", Set.of(Capability.NETWORK_SPANS_NODES));

    here.look(SHOP);

    assertThat(here.engine.advanced).containsExactly(SHOP);
    assertThat(wantedAtFar()).isEmpty();
  }

  /** No decision of a look goes by these yet: an engine may have each of them or not. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NETWORK_SPANS_NODES")
  void noOtherCapabilityIsTakenForANetworkThatSpansNodes(Capability other) {
    var here = new Node("here", Set.of(other));

    here.look(SHOP);

    assertThat(here.engine.advanced).isEmpty();
    assertThat(wantedAtFar()).containsExactly(SHOP.value());
    assertThatExceptionOfType(DeploymentException.class).isThrownBy(() -> here.requireNeeded(SHOP));
  }

  @Test
  void anAppMayNeedOneOnAnotherNodeOnlyIfTheNetworkSpansNodes() {
    database.execute("UPDATE deployments SET state = 'healthy' WHERE app_name = 'database'");

    assertThatExceptionOfType(DeploymentException.class)
        .isThrownBy(() -> new Node("here", Set.of()).requireNeeded(SHOP))
        .withMessageContaining("on the same node, and that is on node far")
        .extracting(DeploymentException::code)
        .isEqualTo(FailureCode.DEPENDENCY_MISSING);
    new Node("here", Set.of(Capability.NETWORK_SPANS_NODES)).requireNeeded(SHOP);
    new Node("far", Set.of()).requireNeeded(SHOP);
  }

  @Test
  void anAppWaitsForOneOnAnotherNodeToBeHealthyThoughTheNetworkSpansNodes() {
    var here = new Node("here", Set.of(Capability.NETWORK_SPANS_NODES));

    assertThatExceptionOfType(DeploymentException.class)
        .isThrownBy(() -> here.requireNeeded(SHOP))
        .withMessageContaining("waits for database, which is pending");
  }

  /** A node with an engine that has nothing yet. */
  private final class Node {

    private final String name;
    private final WillingEngine engine;
    private final TimeSource time = TimeSource.REAL;
    private final ConvergenceByHand.Stores stores = ConvergenceByHand.Stores.in(database);
    private final Identity who;
    private final DeploymentWriter writer =
        new DeploymentWriter(
            database.transactions(),
            stores.work(),
            stores.deployments(),
            time,
            List.of(),
            List.of());

    Node(String name, Set<Capability> capabilities) {
      this.name = name;
      this.who = new Identity("test", name, UUID.randomUUID());
      this.engine = new WillingEngine(capabilities);
    }

    Outcome look(AppName app) {
      Run run = run(app);
      Outcome outcome =
          ConvergenceByHand.reconciler(who, stores, engine, writer, time.clock())
              .look(run, Optional.empty(), aim -> {});
      writer.handled(run, outcome);
      return outcome;
    }

    /** As an engine does before it starts an app. */
    void requireNeeded(AppName name) {
      Run run = run(name);
      try {
        App app = stores.catalog().find(name).orElseThrow();
        new Dependencies(who, stores.catalog(), stores.deployments(), writer)
            .requireHealthy(
                run, app, stores.catalog().dependencies(app.id()), engine.capabilities());
      } finally {
        stores.work().release(run.lease());
      }
    }

    private Run run(AppName app) {
      WorkStore work = stores.work();
      work.signalAt(name, app, Cause.INSTALLED);
      var claim = work.claim(name, app, who.instance(), Duration.ofMinutes(10), 0).orElseThrow();
      var leases = new LeaseClock(() -> 0);
      leases.taken(claim.lease(), 0);
      return new Run(
          claim, new Cancellation(), leases, new Run.Place(new Lane(1, time)), time, () -> false);
    }
  }

  /** An engine that has nothing, and takes every app. */
  private record WillingEngine(Set<Capability> capabilities, List<AppName> advanced)
      implements WorkloadControl {

    WillingEngine(Set<Capability> capabilities) {
      this(capabilities, new ArrayList<>());
    }

    /** Nothing at all. */
    private record Nothing() implements Workload, Recalled {
      @Override
      public List<Seen> instances() {
        return List.of();
      }

      @Override
      public long fence() {
        return 0;
      }

      @Override
      public Workload ofOthersThan(AppId app) {
        return this;
      }
    }

    @Override
    public Workload find(Run run) {
      return new Nothing();
    }

    @Override
    public Recalled recall(Lease lease) {
      return new Nothing();
    }

    @Override
    public Workload settle(Run run, Workload found, Recalled recalled) {
      return found;
    }

    @Override
    public Steps steps(Subject subject, Gathered seen) {
      advanced.add(subject.app().name());
      return () -> Optional.of(Outcome.running());
    }

    @Override
    public void stop(Run run, Workload workload) {}

    @Override
    public void remove(Run run, Workload workload) {}

    @Override
    public boolean removeVolume(Run run, DataVolume volume) {
      return true;
    }
  }
}
