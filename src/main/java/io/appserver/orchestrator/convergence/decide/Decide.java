package io.appserver.orchestrator.convergence.decide;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.convergence.decide.Decision.Remove;
import io.appserver.orchestrator.convergence.decide.Decision.Remove.What;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides what comes next for an app. A pure function: the same facts give the same decision. The
 * first rule that applies decides, so their order is part of what they say.
 */
public final class Decide {

  /** Stands for the hash of settings that are wrong, and so have none. */
  private static final String HASH_OF_WRONG_ONES = "";

  private Decide() {}

  /** What comes next for the app that the facts are of. */
  public static Decision decide(Facts facts) {
    return switch (facts.desired()) {
      case Desired.Installed(App app) -> installed(facts, app);
      case Desired.NotInstalled notInstalled ->
          unwanted(facts, What.APP, "the platform has it as not installed");
      case Desired.Unknown unknown -> unwanted(facts, What.ORPHAN, "the platform has no such app");
      case Desired.Unclear(String why) -> leftAsItIs(facts, "is left as it is: " + why);
    };
  }

  private static Decision unwanted(Facts facts, What what, String why) {
    return facts.isActiveHere() || !facts.seen().isEmpty()
        ? new Remove(what, why)
        : new Decision.Gone("has nothing here");
  }

  /** What runs is watched on. */
  private static Decision leftAsItIs(Facts facts, String why) {
    return facts.isHealthyHere() ? new Decision.Keep(why) : new Decision.Rest(why);
  }

  private static Decision installed(Facts facts, App app) {
    Optional<Row> own = facts.rowOf(app.id());
    Optional<String> elsewhere = own.flatMap(facts::elsewhere);
    if (elsewhere.isPresent()) {
      return facts.seen().isEmpty()
          ? new Decision.Elsewhere("is on node " + elsewhere.get())
          : new Remove(What.LEFTOVERS, "is on another node, and left containers here");
    }
    if (facts.leavesFor().isPresent()) {
      String target = facts.leavesFor().get();
      return new Decision.Leave(target, "is to go to node " + target);
    }
    if (facts.hasPredecessorOf(app.id())) {
      return new Remove(What.PREDECESSOR, "an app that had its name before is still here");
    }
    return own.filter(row -> row.state() != DeploymentState.STOPPED)
        .map(row -> deployed(facts, app, row))
        .orElseGet(() -> new Decision.Want("is installed, and was not deployed yet"));
  }

  private static Decision deployed(Facts facts, App app, Row row) {
    if (row.changedByHand()) {
      return new Decision.Mend("its row was set to %s by hand".formatted(row.state()));
    }
    if (!row.name().equals(Optional.of(app.name()))) {
      return new Decision.Mend("its row has another name");
    }
    if (row.homeBut(facts.node()).isPresent()) {
      return new Decision.Mend("its container is here, and its row names another node");
    }
    if (facts.held()) {
      return held(facts, row);
    }
    return row.isMarkedAsHeld() ? new Decision.Release("was released") : released(facts, row);
  }

  private static Decision held(Facts facts, Row row) {
    if (!row.isMarkedAsHeld()) {
      return new Decision.Hold("is to be held");
    }
    return facts.seen().stream().anyMatch(Seen::running)
        ? new Decision.Hold("is held, and runs")
        : new Decision.Rest("is held");
  }

  private static Decision released(Facts facts, Row row) {
    boolean update = isUpdateAsked(facts, row);
    return switch (row.state()) {
      case FAILED ->
          update
              ? new Decision.TryAnew("its settings changed since it failed")
              : failed(facts, row);
      case HEALTHY -> update ? new Decision.Update("its settings changed") : healthy(facts, row);
      case PENDING, PULLING, CREATING, STARTING, UNHEALTHY, RESTARTING, STOPPING, STOPPED ->
          update && row.waiting().reason().nextLookAt().isPresent()
              ? new Decision.Update("its settings changed while it waits")
              : underWay(facts, row);
    };
  }

  /** Whether what the app has, or was tried last, is not what it is asked to be now. */
  private static boolean isUpdateAsked(Facts facts, Row row) {
    if (row.waitsForTables()) {
      return false;
    }
    if (row.state() == DeploymentState.FAILED && row.redeployWaits()) {
      return true;
    }
    return switch (facts.spec()) {
      case Answer.Known<Spec>(Spec spec) ->
          row.areNew(spec.hash())
              || (row.state() == DeploymentState.HEALTHY && row.keptForOthersThan(spec.hash()))
              || row.wasAskedByOthersThan(spec.healthHash());
      case Answer.Refused<Spec>(Failure why) ->
          why.code() == FailureCode.INVALID_SETTING && row.areNew(HASH_OF_WRONG_ONES);
      case Answer.Unasked<Spec> unasked -> false;
    };
  }

  private static Decision healthy(Facts facts, Row row) {
    if (facts.isByRowsAlone()) {
      return new Decision.Keep("is healthy by its row");
    }
    List<Seen> seen = facts.seen();
    Optional<Seen> own = seen.stream().filter(c -> row.isOwn(c.id())).findFirst();
    if (own.isEmpty()) {
      return new Decision.MakeAnew("its container is gone");
    }
    if (!own.get().running()) {
      return new Decision.Start(
          "its container is " + own.get().status().name().toLowerCase(Locale.ROOT));
    }
    if (seen.size() > 1) {
      return new Decision.Clear("has %d containers".formatted(seen.size()));
    }
    if (own.get().unhealthy()) {
      return new Decision.Check("its own health check says that it is not well");
    }
    return row.updateWaits()
        ? new Decision.AwaitUpdate("runs, and an update of it waits")
        : new Decision.Keep("runs");
  }

  /** Its own container may be left, for its log. */
  private static Decision failed(Facts facts, Row row) {
    boolean left = facts.seen().stream().anyMatch(c -> c.running() || !row.recorded(c.id()));
    return left
        ? new Decision.Clear("failed, and left something behind")
        : new Decision.Rest("failed: " + row.waiting().reason().code().orElse("?"));
  }

  /** By its row alone, what is under way is left to its own next look. */
  private static Decision underWay(Facts facts, Row row) {
    String state = row.state().code();
    return facts.isByRowsAlone()
        ? new Decision.Rest("is %s, and looked at again by itself".formatted(state))
        : new Decision.GoOn("is " + state);
  }
}
