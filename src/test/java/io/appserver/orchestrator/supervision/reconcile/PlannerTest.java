package io.appserver.orchestrator.supervision.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.app.UnreadableRow;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ListedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import io.appserver.orchestrator.supervision.reconcile.PlannedAction.Action;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The plan for each thing that can be amiss. */
class PlannerTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String DEFAULTS = hash(Map.of());

  private final List<App> installed = new ArrayList<>();
  private final Map<AppId, Map<String, String>> settings = new HashMap<>();
  private final Set<AppName> known = new TreeSet<>();
  private final Map<AppName, Set<AppName>> needs = new HashMap<>();
  private final List<Deployment> deployments = new ArrayList<>();
  private final Set<AppName> held = new HashSet<>();
  private final List<ListedContainer> containers = new ArrayList<>();

  private static String hash(Map<String, String> settings) {
    return Spec.of(((AppSettings.Valid) AppSettings.parse(settings)).settings()).hash();
  }

  private App app(String name) {
    var app = new App(new AppId(UUID.randomUUID()), new AppName(name), true, "installed");
    installed.add(app);
    known.add(app.name());
    return app;
  }

  private Deployment row(App app) {
    return row(app, "node");
  }

  private Deployment row(App app, String node) {
    var deployment = new Deployment(app.id(), app.name(), node, NOW);
    deployment.pending();
    deployments.add(deployment);
    return deployment;
  }

  private Deployment healthy(App app) {
    Deployment deployment = row(app);
    deployment.creating("registry.test/x:latest", "sha256:1", "");
    deployment.created(new ContainerId("id-" + app.name()), DEFAULTS, 1);
    deployment.starting(NOW);
    deployment.healthy(NOW);
    deployment.written(NOW);
    return deployment;
  }

  private void container(App app, String id, Status status, boolean unhealthy) {
    containers.add(
        new ListedContainer(
            new ContainerId(id),
            new ContainerName("app-" + app.name()),
            status,
            unhealthy,
            "sha256:1",
            new ContainerLabels("test", "node", app.id(), app.name(), 1, DEFAULTS, 1)));
  }

  private void runs(App app) {
    container(app, "id-" + app.name(), Status.RUNNING, false);
  }

  private Plan plan() {
    return Planner.plan(overview(Optional.of(containers)));
  }

  private NodeSnapshot overview(Optional<List<ListedContainer>> listed) {
    return new NodeSnapshot(
        "node",
        listed,
        installed,
        settings,
        known,
        needs,
        deployments,
        held,
        List.of(),
        Optional.empty());
  }

  private Action action() {
    assertThat(plan().steps()).hasSize(1);
    return plan().steps().getFirst().action();
  }

  @Test
  void whatRunsIsKept() {
    App todos = app("todos");
    healthy(todos);
    runs(todos);

    assertThat(action()).isEqualTo(Action.KEEP);
    assertThat(plan().summary()).isEqualTo("1 keep");
  }

  @Test
  void whatWasNeverDeployedIsInstalled() {
    app("todos");

    assertThat(action()).isEqualTo(Action.INSTALL);
  }

  @Test
  void whatWasInstalledAgainUnderAnotherIdIsInstalled() {
    App old = app("todos");
    healthy(old);
    installed.clear();
    healthy(app("todos"));

    assertThat(action()).isEqualTo(Action.INSTALL);
  }

  @Test
  void aStoppedContainerIsStartedAndAMissingOneMade() {
    App stopped = app("stopped");
    healthy(stopped);
    container(stopped, "id-stopped", Status.EXITED, false);
    healthy(app("gone"));

    assertThat(plan().of(Action.START)).containsExactly(stopped.name());
    assertThat(plan().of(Action.RECREATE)).containsExactly(new AppName("gone"));
  }

  @Test
  void anotherContainerOfTheAppIsTidiedAway() {
    App todos = app("todos");
    healthy(todos);
    runs(todos);
    container(todos, "another", Status.CREATED, false);

    assertThat(action()).isEqualTo(Action.TIDY);
  }

  @Test
  void whatTheEngineFindsUnhealthyIsChecked() {
    App todos = app("todos");
    healthy(todos);
    container(todos, "id-todos", Status.RUNNING, true);

    assertThat(action()).isEqualTo(Action.CHECK);
  }

  @Test
  void otherSettingsAreAnUpdateUnlessTheyWereRejected() {
    App todos = app("todos");
    Deployment deployment = healthy(todos);
    runs(todos);
    settings.put(todos.id(), Map.of("docker.image.stage", "testing"));
    assertThat(action()).isEqualTo(Action.UPDATE);

    deployment.updates().reject(hash(Map.of("docker.image.stage", "testing")), FailureCode.EXITED);
    assertThat(action()).isEqualTo(Action.KEEP);
  }

  @Test
  void whatFailedRestsUntilItsSettingsChange() {
    App todos = app("todos");
    Deployment deployment = row(todos);
    deployment.failed(Failure.of(FailureCode.IMAGE_NOT_FOUND, "gone"), DEFAULTS);
    deployment.written(NOW);
    assertThat(action()).isEqualTo(Action.REST);

    settings.put(todos.id(), Map.of("docker.port", "8080"));
    assertThat(action()).isEqualTo(Action.UPDATE);
  }

  @Test
  void whatWaitsIsTriedWithItsNewSettings() {
    App todos = app("todos");
    Deployment deployment = row(todos);
    deployment.creating("registry.test/x:latest", "sha256:1", "");
    deployment.created(new ContainerId("id"), DEFAULTS, 1);
    deployment.pending(Failure.of(FailureCode.REGISTRY_UNREACHABLE, "away"), NOW.plusSeconds(60));
    deployment.written(NOW);
    settings.put(todos.id(), Map.of("docker.port", "8080"));

    assertThat(action()).isEqualTo(Action.UPDATE);
  }

  @Test
  void whatIsUnderWayIsResumedByAListOnly() {
    row(app("todos")).written(NOW);

    assertThat(action()).isEqualTo(Action.RESUME);
    assertThat(Planner.plan(overview(Optional.empty())).steps().getFirst().action())
        .isEqualTo(Action.REST);
  }

  @Test
  void withoutAListTheRowsAreBelieved() {
    healthy(app("todos"));

    assertThat(Planner.plan(overview(Optional.empty())).steps().getFirst().action())
        .isEqualTo(Action.KEEP);
  }

  @Test
  void whatIsHeldRestsWhileItIsStopped() {
    App todos = app("todos");
    Deployment deployment = healthy(todos);
    held.add(todos.name());
    runs(todos);
    assertThat(action()).as("not stopped yet").isEqualTo(Action.HEED);

    deployment.held(Failure.of(FailureCode.HELD, "held"));
    deployment.written(NOW);
    assertThat(action()).as("started by somebody").isEqualTo(Action.HEED);
    containers.clear();
    container(todos, "id-todos", Status.EXITED, false);
    assertThat(action()).isEqualTo(Action.REST);
    held.clear();
    assertThat(action()).as("released").isEqualTo(Action.HEED);
  }

  @Test
  void whatIsNotInstalledIsRemovedIfThePlatformKnowsIt() {
    App known = app("known");
    App unknown = app("unknown");
    healthy(known);
    runs(unknown);
    installed.clear();
    this.known.remove(unknown.name());

    assertThat(plan().of(Action.REMOVE)).containsExactly(known.name());
    assertThat(plan().of(Action.ORPHAN)).containsExactly(unknown.name());
    assertThat(Action.ORPHAN.isWork()).isFalse();
  }

  @Test
  void whatIsOnAnotherNodeIsLeftToItAndItsLeftoversGo() {
    App todos = app("todos");
    row(todos, "other");
    assertThat(action()).isEqualTo(Action.ELSEWHERE);

    runs(todos);
    assertThat(action()).isEqualTo(Action.TIDY);
    installed.clear();
    containers.clear();
    assertThat(plan().steps()).as("another node removes it").isEmpty();
  }

  @Test
  void anAppComesAfterThoseItDependsOnAndCirclesDoNotHinder() {
    App base = app("base");
    App middle = app("middle");
    App top = app("top");
    App one = app("one");
    App two = app("two");
    needs.put(top.name(), Set.of(middle.name(), base.name()));
    needs.put(middle.name(), Set.of(base.name()));
    needs.put(one.name(), Set.of(two.name()));
    needs.put(two.name(), Set.of(one.name()));

    List<Set<AppName>> waves =
        plan().waves().stream()
            .map(wave -> Set.copyOf(wave.stream().map(PlannedAction::app).toList()))
            .toList();
    assertThat(waves.get(0)).contains(base.name());
    assertThat(waves.get(1)).contains(middle.name());
    assertThat(waves.get(2)).contains(top.name());
    assertThat(plan().steps()).hasSize(5);
  }

  private Plan planWith(UnreadableRow... unreadable) {
    return Planner.plan(
        new NodeSnapshot(
            "node",
            Optional.of(containers),
            installed,
            settings,
            known,
            needs,
            deployments,
            held,
            List.of(unreadable),
            Optional.empty()));
  }

  @Test
  void aRowThatCannotBeReadHoldsBackOrphansAndWatchesOn() {
    App todos = app("todos");
    healthy(todos);
    container(todos, "id-todos", Status.RUNNING, false);
    installed.clear();
    known.clear();

    assertThat(planWith().of(Action.ORPHAN)).containsExactly(todos.name());
    Plan plan = planWith(new UnreadableRow(Optional.empty(), true, "somebody's row"));
    assertThat(plan.of(Action.ORPHAN)).isEmpty();
    assertThat(plan.of(Action.KEEP)).containsExactly(todos.name());
  }

  @Test
  void anAppWhoseRowCannotBeReadIsNeitherRemovedNorForgotten() {
    App todos = app("todos");
    healthy(todos);
    container(todos, "id-todos", Status.RUNNING, false);
    installed.clear();

    assertThat(planWith().of(Action.REMOVE)).containsExactly(todos.name());
    Plan plan = planWith(new UnreadableRow(Optional.of(todos.name()), false, "its state is odd"));
    assertThat(plan.of(Action.REMOVE)).isEmpty();
    assertThat(plan.of(Action.KEEP)).containsExactly(todos.name());
    assertThat(plan.steps().getFirst().why()).contains("its state is odd");
  }
}
