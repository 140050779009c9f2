package io.appserver.orchestrator.intake;

import static io.appserver.orchestrator.convergence.record.Look.Wanted.INSTALLED;
import static io.appserver.orchestrator.convergence.record.Look.Wanted.NOT_INSTALLED;
import static io.appserver.orchestrator.convergence.record.Look.Wanted.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Look.Result;
import io.appserver.orchestrator.convergence.record.Look.Wanted;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.store.OpenEvent;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class VerdictsTest {

  private static final AppName TODOS = new AppName("todos");
  private static final Failure NO_IMAGE =
      Failure.of(FailureCode.IMAGE_NOT_FOUND, "repository not found: registry/todos:latest");
  private static final Failure NO_DEPENDENCY =
      Failure.of(FailureCode.DEPENDENCY_MISSING, "todos needs users");

  private final OpenEvent install = event(EventKind.INSTALLED, false);
  private final OpenEvent uninstall = event(EventKind.UNINSTALLED, false);
  private final OpenEvent oldInstall = event(EventKind.INSTALLED, true);
  private final OpenEvent oldUninstall = event(EventKind.UNINSTALLED, true);

  @Test
  void whatAgreesWithWhatIsIsDone() {
    assertThat(verdicts(INSTALLED, new Result.Running(), install, oldInstall))
        .containsExactly(new Verdict.Done(), new Verdict.Done());
    assertThat(verdicts(NOT_INSTALLED, new Result.Gone(), uninstall, oldUninstall))
        .containsExactly(new Verdict.Done(), new Verdict.Done());
  }

  @Test
  void uninstallOfUnknownAppIsDone() {
    assertThat(verdicts(UNKNOWN, new Result.Gone(), uninstall)).containsExactly(new Verdict.Done());
  }

  @Test
  void whatThePlatformContradictsIsReviewedForItMayHaveOutrunItsCommit() {
    assertThat(verdicts(NOT_INSTALLED, new Result.Gone(), install))
        .containsExactly(new Verdict.Review());
    assertThat(verdicts(UNKNOWN, new Result.Gone(), install)).containsExactly(new Verdict.Review());
    assertThat(verdicts(INSTALLED, new Result.Running(), uninstall))
        .containsExactly(new Verdict.Review());
    assertThat(verdicts(INSTALLED, new Result.Failed(NO_IMAGE), uninstall))
        .containsExactly(new Verdict.Review());
    assertThat(verdicts(INSTALLED, new Result.Waiting(NO_DEPENDENCY), uninstall))
        .containsExactly(new Verdict.Review());
  }

  @Test
  void whatStaysContradictedIsSuperseded() {
    assertThat(verdicts(NOT_INSTALLED, new Result.Gone(), oldInstall))
        .containsExactly(new Verdict.Superseded("the platform has the app as not installed"));
    assertThat(verdicts(INSTALLED, new Result.Running(), oldUninstall))
        .containsExactly(new Verdict.Superseded("the platform has the app as installed"));
    assertThat(verdicts(INSTALLED, new Result.Waiting(NO_DEPENDENCY), oldUninstall))
        .containsExactly(new Verdict.Superseded("the platform has the app as installed"));
  }

  @Test
  void installOfAnAppThatStaysUnknownIsADeadLetter() {
    assertThat(verdicts(UNKNOWN, new Result.Gone(), oldInstall))
        .containsExactly(Verdicts.unknownApp("app todos"));
  }

  @Test
  void laterOppositeSupersedesAtOnce() {
    assertThat(verdicts(NOT_INSTALLED, new Result.Gone(), install, uninstall))
        .containsExactly(
            new Verdict.Superseded("a later event says the opposite"), new Verdict.Done());
    assertThat(verdicts(INSTALLED, new Result.Running(), uninstall, install))
        .containsExactly(
            new Verdict.Superseded("a later event says the opposite"), new Verdict.Done());
  }

  @Test
  void earlierOppositeDoesNot() {
    assertThat(verdicts(NOT_INSTALLED, new Result.Gone(), uninstall, install))
        .containsExactly(new Verdict.Done(), new Verdict.Review());
  }

  @Test
  void failureBuriesTheNewestAndSupersedesTheOlder() {
    assertThat(verdicts(INSTALLED, new Result.Failed(NO_IMAGE), oldInstall, install))
        .containsExactly(
            new Verdict.Superseded("a newer event of its kind failed: image_not_found"),
            new Verdict.Dead("image_not_found", "repository not found: registry/todos:latest"));
  }

  @Test
  void waitingKeepsOpen() {
    assertThat(verdicts(INSTALLED, new Result.Waiting(NO_DEPENDENCY), oldInstall))
        .containsExactly(new Verdict.Stay());
  }

  @Test
  void anOperatorsHoldLeavesNoEventOpen() {
    var held = new Result.Waiting(Failure.of(FailureCode.HELD, "todos is held"));

    assertThat(verdicts(INSTALLED, held, oldUninstall, install))
        .containsExactly(
            new Verdict.Superseded("a later event says the opposite"),
            new Verdict.Superseded(
                "an operator holds the app: its release is what it waits for now"));
  }

  @Test
  void waitingWithoutKnowingWhatIsWantedClosesNothing() {
    var schema = Failure.of(FailureCode.PLATFORM_SCHEMA, "the table apps is not there");

    assertThat(verdicts(UNKNOWN, new Result.Waiting(schema), oldInstall, oldUninstall))
        .containsExactly(new Verdict.Stay(), new Verdict.Stay());
    assertThat(verdicts(UNKNOWN, new Result.Waiting(NO_DEPENDENCY), oldInstall, install))
        .containsExactly(new Verdict.Stay(), new Verdict.Review());
  }

  private static List<Verdict> verdicts(Wanted wanted, Result result, OpenEvent... oldestFirst) {
    var events = List.of(oldestFirst);
    var verdicts = new Verdicts(new Look(TODOS, 1, wanted, result), events);
    return events.stream().map(verdicts::on).toList();
  }

  private static OpenEvent event(EventKind kind, boolean overdue) {
    return new OpenEvent(
        UUID.randomUUID(), kind, Optional.of(TODOS), Optional.empty(), overdue, true);
  }
}
