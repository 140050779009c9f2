package io.appserver.orchestrator.supervision.reconcile;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.UnreadableRow;
import io.appserver.orchestrator.convergence.spec.SettingsRead;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerId;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ListedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import java.lang.reflect.Field;
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
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The planner that asks {@code Decide} says, of each combination of facts, the same as the one
 * before it, in the same words. A plain run takes a part of the combinations, and {@code
 * -Dorchestrator.soak=true} all. To be deleted together with {@link OldPlanner}.
 */
class OldAndNewPlannerTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final boolean ALL = Boolean.getBoolean("orchestrator.soak");

  /** No divisor of the number of values of any axis, so that each pair of values is met. */
  private static final int PART = 11;

  private static final Map<String, Field> FIELDS = new HashMap<>();

  private enum Picture {
    NOTHING,
    OWN_RUNS,
    OWN_IS_UNWELL,
    OWN_ENDED,
    OWN_AND_ANOTHER,
    ANOTHER_RUNS,
    PREVIOUS_ENDED
  }

  private enum Hash {
    SAME,
    OTHER,
    REJECTED,
    TRIED,
    TRIED_AND_WAITING,
    SAME_BUT_OTHERS_TRIED,
    SAME_BUT_OTHERS_REJECTED,
    NONE
  }

  private enum Asked {
    BY_PORT("8080", false),
    BY_PORT_OTHERWISE("8080", true),
    BY_NONE("", false),
    BY_NONE_OTHERWISE("", true),
    BY_WRONG_PORT("x", false);

    private final String port;
    private final boolean otherwise;

    Asked(String port, boolean otherwise) {
      this.port = port;
      this.otherwise = otherwise;
    }

    Map<String, String> settings() {
      return port.isEmpty() ? Map.of() : Map.of("docker.port", port);
    }

    Optional<Spec> spec() {
      return SettingsRead.of(settings(), false, Optional::empty).valid();
    }
  }

  private enum Operator {
    NO_WORD(false, null),
    HOLDS(true, null),
    HOLDS_AND_MARKED(true, FailureCode.HELD),
    RELEASED_AND_MARKED(false, FailureCode.HELD),
    NO_WORD_BUT_TABLES_ARE_AWAY(false, FailureCode.PLATFORM_SCHEMA);

    private final boolean held;
    private final Optional<FailureCode> reason;

    Operator(boolean held, FailureCode reason) {
      this.held = held;
      this.reason = Optional.ofNullable(reason);
    }
  }

  private enum Home {
    HERE("node"),
    ELSEWHERE("other"),
    NOWHERE(null);

    private final String node;

    Home(String node) {
      this.node = node;
    }
  }

  private final List<App> installed = new ArrayList<>();
  private final Map<AppId, Map<String, String>> settings = new HashMap<>();
  private final Set<AppName> known = new TreeSet<>();
  private final List<Deployment> deployments = new ArrayList<>();
  private final Set<AppName> held = new HashSet<>();
  private final List<ListedContainer> containers = new ArrayList<>();
  private final List<UnreadableRow> unreadable = new ArrayList<>();
  private final Map<AppName, String> combinations = new HashMap<>();
  private int count;

  private App app(String combination) {
    var name = new AppName("app%d".formatted(count++));
    combinations.put(name, combination);
    return new App(new AppId(new UUID(0, count)), name, true, "installed");
  }

  private void install(App app) {
    installed.add(app);
    known.add(app.name());
  }

  private Deployment row(App app, DeploymentState state, String node) {
    var row = new Deployment(app.id(), app.name(), "node", NOW);
    set(row, "state", state);
    set(row, "lastWrittenState", state);
    set(row, "node", node);
    set(row, "containerId", "own-" + app.name());
    set(row, "previousContainerId", "previous-" + app.name());
    deployments.add(row);
    return row;
  }

  private static void set(Deployment row, String field, Object value) {
    try {
      FIELDS
          .computeIfAbsent(
              field,
              name -> {
                try {
                  Field found = Deployment.class.getDeclaredField(name);
                  found.setAccessible(true);
                  return found;
                } catch (NoSuchFieldException e) {
                  throw new AssertionError(e);
                }
              })
          .set(row, value);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private void container(App app, String which, Status status, boolean unhealthy) {
    container(app, which, "app-" + app.name(), status, unhealthy);
  }

  private void container(App app, String which, String name, Status status, boolean unhealthy) {
    containers.add(
        new ListedContainer(
            new ContainerId(which + "-" + app.name()),
            new ContainerName(name),
            status,
            unhealthy,
            "sha256:1",
            new ContainerLabels("test", "node", app.id(), app.name(), 1, "1:any", 1)));
  }

  private void picture(App app, Picture picture) {
    switch (picture) {
      case NOTHING -> {}
      case OWN_RUNS -> container(app, "own", Status.RUNNING, false);
      case OWN_IS_UNWELL -> container(app, "own", Status.RUNNING, true);
      case OWN_ENDED -> container(app, "own", Status.EXITED, false);
      case OWN_AND_ANOTHER -> {
        container(app, "another", Status.CREATED, false);
        container(app, "own", Status.RUNNING, true);
      }
      case ANOTHER_RUNS -> container(app, "another", Status.RUNNING, false);
      case PREVIOUS_ENDED -> container(app, "previous", Status.EXITED, false);
    }
  }

  private static void hash(Deployment row, Hash hash, String now) {
    String other = "1:other";
    set(
        row,
        "specHash",
        switch (hash) {
          case SAME, SAME_BUT_OTHERS_TRIED, SAME_BUT_OTHERS_REJECTED -> now;
          case OTHER, REJECTED, TRIED, TRIED_AND_WAITING -> other;
          case NONE -> null;
        });
    switch (hash) {
      case SAME, OTHER, NONE -> {}
      case REJECTED -> set(row, "rejectedSpecHash", now);
      case TRIED -> set(row, "triedSpecHash", now);
      case TRIED_AND_WAITING -> {
        set(row, "triedSpecHash", now);
        set(row, "updateDueAt", NOW);
      }
      case SAME_BUT_OTHERS_TRIED -> {
        set(row, "triedSpecHash", other);
        set(row, "updateDueAt", NOW);
      }
      case SAME_BUT_OTHERS_REJECTED -> set(row, "rejectedSpecHash", other);
    }
  }

  private NodeSnapshot snapshot(boolean listed, boolean doubted) {
    return new NodeSnapshot(
        "node",
        listed ? Optional.of(containers) : Optional.empty(),
        installed,
        settings,
        known,
        Map.of(),
        deployments,
        held,
        unreadable,
        doubted ? Optional.of("all settings are gone at once") : Optional.empty());
  }

  private void compare(boolean listed, boolean doubted) {
    NodeSnapshot snapshot = snapshot(listed, doubted);
    Map<AppName, PlannedAction> before = byApp(OldPlanner.plan(snapshot));
    Map<AppName, PlannedAction> now = byApp(Planner.plan(snapshot));

    assertThat(now.keySet()).isEqualTo(before.keySet());
    assertThat(
            before.keySet().stream()
                .filter(app -> !now.get(app).equals(before.get(app)))
                .limit(10)
                .map(app ->
                    "%s, listed %s, doubted %s: %s instead of %s"
                        .formatted(
                            combinations.get(app), listed, doubted, now.get(app), before.get(app))))
        .isEmpty();
  }

  private static Map<AppName, PlannedAction> byApp(Plan plan) {
    return plan.steps().stream().collect(toMap(PlannedAction::app, Function.identity()));
  }

  @ParameterizedTest
  @EnumSource(DeploymentState.class)
  void ofAnInstalledAppWithARowTheySayTheSame(DeploymentState state) {
    int combination = 0;
    for (Picture picture : Picture.values()) {
      for (Hash hash : Hash.values()) {
        for (Asked asked : Asked.values()) {
          for (Operator operator : Operator.values()) {
            for (Home home : Home.values()) {
              for (int flags = 0; flags < 8; flags++) {
                if (ALL || combination++ % PART == 0) {
                  combine(state, picture, hash, asked, operator, home, flags);
                }
              }
            }
          }
        }
      }
    }
    int all = 7 * 8 * 5 * 5 * 3 * 8;
    assertThat(installed).hasSize(ALL ? all : all / PART + 1);

    compare(true, false);
    compare(false, false);
    compare(true, true);
  }

  private void combine(
      DeploymentState state,
      Picture picture,
      Hash hash,
      Asked asked,
      Operator operator,
      Home home,
      int flags) {
    App app =
        app(
            List.of(state, picture, hash, asked, operator, home, Integer.toBinaryString(flags))
                .toString());
    install(app);
    settings.put(app.id(), asked.settings());
    picture(app, picture);
    Deployment row = row(app, state, home.node);
    hash(row, hash, asked.spec().map(Spec::hash).orElse(""));
    String asItIs = asked.spec().map(Spec::healthHash).orElse("1:any");
    set(row, "healthHash", asked.otherwise ? "1:otherwise" : asItIs);
    set(row, "reasonCode", operator.reason.map(FailureCode::code).orElse(null));
    if (operator.held) {
      held.add(app.name());
    }
    boolean byHand = (flags & 1) != 0;
    if (byHand) {
      set(
          row,
          "lastWrittenState",
          state == DeploymentState.PENDING ? DeploymentState.FAILED : DeploymentState.PENDING);
    }
    boolean waits = (flags & 2) != 0;
    if (waits) {
      set(row, "nextLookAt", NOW);
    }
    boolean redeploy = (flags & 4) != 0;
    if (redeploy) {
      set(row, "wantedGeneration", 1);
    }
  }

  private enum Own {
    NONE,
    STOPPED,
    STOPPED_WITH_DATA_ELSEWHERE,
    STOPPED_ELSEWHERE,
    PENDING,
    HEALTHY,
    HEALTHY_ELSEWHERE,
    HEALTHY_UNDER_ANOTHER_NAME
  }

  private enum Predecessor {
    NONE,
    HEALTHY,
    STOPPED,
    ELSEWHERE,
    NOWHERE
  }

  private enum Platform {
    INSTALLED,
    NOT_INSTALLED,
    UNKNOWN
  }

  private enum Unreadable {
    NONE,
    NAMELESS,
    OF_THE_NAME,
    OF_ANOTHER_NAME,
    NAMELESS_AND_OF_THE_NAME
  }

  private enum Containers {
    NONE,
    OWN,
    NAMED_BY_SOMEBODY
  }

  @Test
  void ofOtherRowsAndOfAppsThatShouldNotRunTheySayTheSame() {
    for (Own own : Own.values()) {
      for (Predecessor predecessor : Predecessor.values()) {
        for (Platform platform : Platform.values()) {
          for (Unreadable unreadable : Unreadable.values()) {
            for (Containers containers : Containers.values()) {
              forget();
              combine(own, predecessor, platform, unreadable, containers);
              compare(true, false);
              compare(false, false);
            }
          }
        }
      }
    }
    assertThat(count).isEqualTo(8 * 5 * 3 * 5 * 3);
  }

  private void forget() {
    List.of(installed, deployments, containers, unreadable).forEach(List::clear);
    known.clear();
  }

  private void combine(
      Own own,
      Predecessor predecessor,
      Platform platform,
      Unreadable unreadable,
      Containers containers) {
    App app = app(List.of(own, predecessor, platform, unreadable, containers).toString());
    switch (platform) {
      case INSTALLED -> install(app);
      case NOT_INSTALLED -> known.add(app.name());
      case UNKNOWN -> {}
    }
    switch (own) {
      case NONE -> {}
      case STOPPED -> row(app, DeploymentState.STOPPED, "node");
      case STOPPED_WITH_DATA_ELSEWHERE ->
          set(row(app, DeploymentState.STOPPED, "other"), "volume", "data");
      case STOPPED_ELSEWHERE -> row(app, DeploymentState.STOPPED, "other");
      case PENDING -> row(app, DeploymentState.PENDING, "node");
      case HEALTHY -> row(app, DeploymentState.HEALTHY, "node");
      case HEALTHY_ELSEWHERE -> row(app, DeploymentState.HEALTHY, "other");
      case HEALTHY_UNDER_ANOTHER_NAME ->
          set(row(app, DeploymentState.HEALTHY, "node"), "appName", "another");
    }
    var before = new App(new AppId(new UUID(1, count)), app.name(), false, "");
    switch (predecessor) {
      case NONE -> {}
      case HEALTHY -> row(before, DeploymentState.HEALTHY, "node");
      case STOPPED -> row(before, DeploymentState.STOPPED, "node");
      case ELSEWHERE -> row(before, DeploymentState.HEALTHY, "other");
      case NOWHERE -> row(before, DeploymentState.FAILED, null);
    }
    var nameless = new UnreadableRow(Optional.empty(), true, "somebody's row");
    var named = new UnreadableRow(Optional.of(app.name()), false, "its state is odd");
    switch (unreadable) {
      case NONE -> {}
      case NAMELESS -> this.unreadable.add(nameless);
      case OF_THE_NAME -> this.unreadable.add(named);
      case OF_ANOTHER_NAME ->
          this.unreadable.add(
              new UnreadableRow(Optional.of(new AppName("another")), true, "its id is odd"));
      case NAMELESS_AND_OF_THE_NAME -> this.unreadable.addAll(List.of(nameless, named));
    }
    switch (containers) {
      case NONE -> {}
      case OWN -> container(app, "own", Status.RUNNING, false);
      case NAMED_BY_SOMEBODY -> container(app, "own", "x_copy", Status.RUNNING, false);
    }
  }
}
