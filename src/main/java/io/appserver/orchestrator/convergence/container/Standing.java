package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppDetails;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.decide.Call;
import io.appserver.orchestrator.convergence.decide.Course;
import io.appserver.orchestrator.convergence.decide.Due;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.spec.SettingsRead;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.work.Claim;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.runtime.ObservedContainer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What there is of an app that should run: it rests, goes on, or does not do any more. */
@Singleton
final class Standing {

  private static final Logger LOG = Logger.getLogger(Standing.class.getName());

  /** What becomes of the app. */
  sealed interface Fate {}

  /** It is as it should be, or as it has to be for now. */
  record Settled(Outcome outcome) implements Fate {}

  /** A container is to be made for it. */
  record Needs(Course.Make make) implements Fate {}

  private final AppCatalog catalog;
  private final KeepRunning keepRunning;
  private final MissingContainer missing;
  private final WrongSettings wrongSettings;
  private final NextTry nextTry;
  private final RowUpkeep upkeep;
  private final Reasons reasons;

  @Inject
  Standing(
      AppCatalog catalog,
      KeepRunning keepRunning,
      MissingContainer missing,
      WrongSettings wrongSettings,
      NextTry nextTry,
      RowUpkeep upkeep,
      Reasons reasons) {
    this.catalog = catalog;
    this.keepRunning = keepRunning;
    this.missing = missing;
    this.wrongSettings = wrongSettings;
    this.nextTry = nextTry;
    this.upkeep = upkeep;
    this.reasons = reasons;
  }

  Fate of(Attempt attempt, AppDetails details) {
    Subject subject = attempt.subject();
    SettingsRead read = read(subject, details);
    if (read instanceof SettingsRead.Invalid invalid) {
      return new Settled(wrongSettings.of(attempt, invalid));
    }
    Spec spec = read.valid().orElseThrow();
    attempt.wants(spec);
    noteRedeploy(subject);
    noteHealthSettings(attempt, spec);
    Due due = due(attempt);
    Optional<Outcome> rest = rest(subject, due);
    if (rest.isPresent()) {
      return new Settled(rest.get());
    }
    boolean anew = beginAnew(subject);
    return switch (due(attempt).course(attempt.seen().instances(), anew)) {
      case Course.Keep keep -> keep(attempt, keep, spec);
      case Course.Make make -> {
        missing.note(attempt);
        yield new Needs(make);
      }
    };
  }

  private SettingsRead read(Subject subject, AppDetails details) {
    SettingsRead read =
        SettingsRead.of(
            details.settings(),
            subject.row().hadSettings(Spec.HASH_OF_NONE),
            catalog::settingsDoubt);
    if (read instanceof SettingsRead.Doubted(String words)) {
      throw new PlatformUnavailableException(words, null);
    }
    return read;
  }

  /** Kept, because the pull it begins with may take several tries. */
  private static void noteRedeploy(Subject subject) {
    Deployment deployment = subject.deployment();
    if (subject.run().claim().causedBy(Cause.REDEPLOY)
        && deployment.containers().wantedGeneration() <= deployment.containers().generation()) {
      subject.write("to be deployed anew", Deployment::redeploy);
    }
  }

  /**
   * Whether the app is to be asked in another way than before whether it is well. What failed keeps
   * the note of it together with its new beginning.
   */
  private static void noteHealthSettings(Attempt attempt, Spec spec) {
    Subject subject = attempt.subject();
    String now = spec.healthHash();
    boolean changed = subject.row().wasAskedByOthersThan(now);
    if (changed) {
      attempt.isAskedAnew();
    }
    if (changed && subject.deployment().state() != DeploymentState.FAILED) {
      subject.write("its health settings changed", d -> d.asksBy(now));
    } else {
      subject.deployment().asksBy(now);
    }
  }

  static Due due(Attempt attempt) {
    Subject subject = attempt.subject();
    Claim claim = subject.run().claim();
    boolean restart = claim.causedBy(Cause.RESTART) && !Cause.renew(claim.causes(), Cause.RESTART);
    var call = new Call(claim.renews(), claim.endsPause(), restart, attempt.askedAnew());
    return new Due(subject.row(), call, attempt.specHash(), subject.now());
  }

  /**
   * What failed rests until it is woken; what pauses between tries rests until its time has come.
   */
  private Optional<Outcome> rest(Subject subject, Due due) {
    return due.rest().map(rest -> reasons.rest(subject, rest.pause()));
  }

  /** Whether it begins as if nothing had been tried before. */
  private static boolean beginAnew(Subject subject) {
    if (subject.deployment().state() == DeploymentState.FAILED) {
      subject.write(
          "tried anew",
          d -> {
            d.pending();
            d.renew();
          });
      return true;
    }
    return subject.isHeld() && !subject.deployment().containers().proven();
  }

  private Fate keep(Attempt attempt, Course.Keep keep, Spec spec) {
    Subject subject = attempt.subject();
    ObservedContainer container = attempt.seen(keep.container());
    if (keep.until().isEmpty()) {
      upkeep.forgetOthers(subject, spec.hash());
    }
    if (keep.distrusted()) {
      keepRunning.trust(subject.run(), container);
    }
    upkeep.putRight(subject, container);
    try {
      return new Settled(
          keep.until().isPresent()
              ? keptUntil(attempt, container, spec, keep.until().get())
              : reasons.updateIsRefused(subject, keepRunning.keep(attempt, container, spec)));
    } catch (UnusableContainerException e) {
      missing.makeAnew(subject, e.failure());
      return new Needs(new Course.Make(Optional.empty(), false));
    }
  }

  /** Runs on until what is to follow it is tried again. */
  private Outcome keptUntil(
      Attempt attempt, ObservedContainer container, Spec spec, Instant until) {
    Subject subject = attempt.subject();
    attempt.updateWaits();
    try {
      Outcome kept = keepRunning.keep(attempt, container, spec);
      return kept.result() instanceof Look.Result.Running
          ? reasons.updateWaits(subject, until)
          : kept;
    } catch (UnusableContainerException | UnansweredCallException e) {
      throw e;
    } catch (DeploymentException e) {
      boolean runsOn =
          subject.deployment().state() == DeploymentState.HEALTHY
              && container.running()
              && !e.code().isWithoutAnswer();
      if (runsOn) {
        LOG.log(
            Level.WARNING,
            e,
            () ->
                "app_name=%s runs on, and cannot be looked at as it should"
                    .formatted(subject.app().name()));
        return reasons.updateWaits(subject, until);
      }
      return nextTry.ofKept(attempt, e.failure());
    }
  }
}
