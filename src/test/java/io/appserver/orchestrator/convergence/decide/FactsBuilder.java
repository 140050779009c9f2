package io.appserver.orchestrator.convergence.decide;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.decide.Row.Hashes;
import io.appserver.orchestrator.convergence.decide.Row.Version;
import io.appserver.orchestrator.convergence.decide.Row.Waiting;
import io.appserver.orchestrator.convergence.spec.SettingsRead;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Place;
import io.appserver.orchestrator.deployment.Reason;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Facts of the app todos on the node here, told in words. Without any it is installed, has right
 * settings, and neither a row nor a container.
 */
final class FactsBuilder {

  private static final Instant SOON = Instant.parse("2026-01-01T00:00:00Z");
  private static final AppName TODOS = new AppName("todos");
  private static final App APP = new App(new AppId(new UUID(0, 1)), TODOS, true, "installed");
  private static final AppId PREDECESSOR = new AppId(new UUID(0, 2));
  private static final Spec SPEC = spec(Map.of("docker.port", "8080"));

  private final List<Row> predecessors = new ArrayList<>();
  private final List<Seen> containers = new ArrayList<>();
  private Desired desired = new Desired.Installed(APP);
  private boolean held;
  private Optional<String> leavesFor = Optional.empty();
  private boolean listed = true;
  private Answer<Spec> spec = new Answer.Known<>(SPEC);

  private Optional<DeploymentState> state = Optional.empty();
  private boolean changedByHand;
  private Optional<AppName> name = Optional.of(TODOS);
  private Optional<String> node = Optional.of("here");
  private Optional<String> volume = Optional.empty();
  private Optional<String> present = Optional.of(SPEC.hash());
  private Optional<String> rejected = Optional.empty();
  private Optional<String> tried = Optional.empty();
  private Optional<String> health = Optional.of(SPEC.healthHash());
  private Optional<String> reason = Optional.empty();
  private Optional<Instant> nextLookAt = Optional.empty();
  private Optional<Instant> updateDueAt = Optional.empty();
  private int wantedGeneration;

  private FactsBuilder() {}

  /**
   * The facts that the words tell.
   *
   * @param given separated by commas: a state of the app's row first, if it has one
   */
  static Facts of(String given) {
    var facts = new FactsBuilder();
    for (String word : given.split(", *", -1)) {
      facts.with(word.strip());
    }
    return facts.build();
  }

  private static Spec spec(Map<String, String> settings) {
    return SettingsRead.of(settings, false, Optional::empty).valid().orElseThrow();
  }

  private void with(String word) {
    switch (word) {
      case "installed" -> {}
      case "not installed" -> desired = new Desired.NotInstalled();
      case "unknown" -> desired = new Desired.Unknown();
      case "unclear" -> desired = new Desired.Unclear("its row is odd");
      case "held" -> held = true;
      case "to go there" -> leavesFor = Optional.of("there");
      case "marked as held" -> reason = Optional.of(FailureCode.HELD.code());
      case "tables away" -> reason = Optional.of(FailureCode.PLATFORM_SCHEMA.code());
      case "image not found" -> reason = Optional.of(FailureCode.IMAGE_NOT_FOUND.code());
      case "by hand" -> changedByHand = true;
      case "named otherwise" -> name = Optional.of(new AppName("other"));
      case "elsewhere" -> node = Optional.of("there");
      case "nowhere" -> node = Optional.empty();
      case "with data" -> volume = Optional.of("data");
      case "waits" -> nextLookAt = Optional.of(SOON);
      case "update waits" -> updateDueAt = Optional.of(SOON);
      case "to be redeployed" -> wantedGeneration = 2;
      case "without a list" -> listed = false;
      default -> {
        if (word.startsWith("predecessor ")) {
          predecessors.add(predecessor(word.substring("predecessor ".length()).split(" ", -1)));
        } else if (!ofSettings(word) && !ofContainers(word)) {
          state = Optional.of(DeploymentState.ofCode(word));
        }
      }
    }
  }

  private boolean ofSettings(String word) {
    switch (word) {
      case "wrong settings" -> spec = asked(new SettingsRead.Invalid(List.of("port: x")));
      case "doubted settings" -> spec = asked(new SettingsRead.Doubted("all are gone"));
      case "unasked settings" -> spec = new Answer.Unasked<>();
      case "of other settings" -> present = Optional.of("1:other");
      case "of no settings yet" -> present = Optional.empty();
      case "these rejected" -> rejected = Optional.of(SPEC.hash());
      case "wrong ones rejected" -> rejected = Optional.of("");
      case "others rejected" -> rejected = Optional.of("1:third");
      case "these tried" -> tried = Optional.of(SPEC.hash());
      case "wrong ones tried" -> tried = Optional.of("");
      case "others tried" -> tried = Optional.of("1:third");
      case "asked otherwise" -> health = Optional.of("1:other");
      case "asked in no way yet" -> health = Optional.empty();
      default -> {
        return false;
      }
    }
    return true;
  }

  private static Answer<Spec> asked(SettingsRead read) {
    return Facts.asked(TODOS, read);
  }

  /**
   * The container by which the row counts on it, and what it does: {@code own running}; {@code
   * stale} is one that was made for another app of the name, {@code unlabelled} one of which that
   * cannot be told.
   */
  private boolean ofContainers(String word) {
    String[] words = word.split(" ", -1);
    if (!List.of("own", "previous", "another", "stale", "unlabelled").contains(words[0])) {
      return false;
    }
    boolean unwell = words[1].equals("unwell");
    containers.add(
        new Seen(
            new ContainerId(words[0]),
            switch (words[0]) {
              case "stale" -> Optional.of(labels(PREDECESSOR));
              case "unlabelled" -> Optional.empty();
              default -> Optional.of(labels(APP.id()));
            },
            unwell ? Status.RUNNING : Status.valueOf(words[1].toUpperCase(Locale.ROOT)),
            unwell,
            false));
    return true;
  }

  private static ContainerLabels labels(AppId app) {
    return new ContainerLabels("here", "node", app, TODOS, 1, "hash", 1);
  }

  /** The row of another app of the name: its state and its node. */
  private static Row predecessor(String[] words) {
    var nothing =
        new Hashes(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    return new Row(
        PREDECESSOR,
        Optional.of(TODOS),
        DeploymentState.ofCode(words[0]),
        false,
        new Place(
            words[1].equals("nowhere") ? Optional.empty() : Optional.of(words[1]),
            Optional.empty()),
        new Version(Optional.empty(), Optional.empty(), nothing, 0, 0, false),
        new Waiting(
            new Reason(Optional.empty(), Optional.empty(), Optional.empty()), Optional.empty()));
  }

  private Facts build() {
    var rows = new ArrayList<>(predecessors);
    state.map(this::row).ifPresent(rows::add);
    return new Facts(
        "here",
        desired,
        held,
        leavesFor,
        rows,
        spec,
        listed ? new Answer.Known<>(List.copyOf(containers)) : new Answer.Unasked<>());
  }

  private Row row(DeploymentState state) {
    return new Row(
        APP.id(),
        name,
        state,
        changedByHand,
        new Place(node, volume),
        new Version(
            Optional.of(new ContainerId("own")),
            Optional.of(new ContainerId("previous")),
            new Hashes(present, rejected, tried, health),
            1,
            wantedGeneration,
            true),
        new Waiting(new Reason(reason, Optional.empty(), nextLookAt), updateDueAt));
  }
}
