package io.appserver.orchestrator.intake;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.signal.Signals;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.store.IntakeStore;
import io.appserver.orchestrator.intake.store.OpenEvent;
import io.appserver.orchestrator.intake.store.SafeExceptionText;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Events that the platform's tables do not bear out yet: it may publish an event before the commit
 * it tells of. They are looked at again in short intervals, until they agree or are too old for
 * that.
 */
@Singleton
public class PendingEvents {

  /** How often {@link #sweep()} is to be called. */
  public static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final Logger LOG = Logger.getLogger(PendingEvents.class.getName());

  /** A sweep more than fills a second's worth of events; the rest follows in the next. */
  private static final int AT_A_TIME = 400;

  private final IntakeStore store;
  private final EventRecorder recorder;
  private final AppNames names;
  private final Signals signals;
  private final Provider<Identity> identity;

  private boolean troubled;

  @Inject
  public PendingEvents(
      IntakeStore store,
      EventRecorder recorder,
      AppNames names,
      Signals signals,
      Provider<Identity> identity) {
    this.store = store;
    this.recorder = recorder;
    this.names = names;
    this.signals = signals;
    this.identity = identity;
  }

  /**
   * One round. Never throws: a schedule would end with it. Not to be called from two threads at
   * once.
   */
  public void sweep() {
    try {
      List<OpenEvent> due = store.due(identity.get().node(), AT_A_TIME);
      boolean all = signalAgain(due);
      for (OpenEvent event : due) {
        all &= event.name().isPresent() || findNameOrTell(event);
      }
      if (troubled && all) {
        troubled = false;
        LOG.info("Pending events are looked at again.");
      }
    } catch (RuntimeException e) {
      tell("Pending events cannot be looked at: ", e);
    }
  }

  private void tell(String what, RuntimeException e) {
    LOG.log(troubled ? Level.FINE : Level.WARNING, () -> what + SafeExceptionText.describe(e));
    troubled = true;
  }

  /** Whatever else it is may befall the others, too: the round ends. */
  private static void requireLocked(RuntimeException e) {
    if (!SafeExceptionText.isLocked(e)) {
      throw e;
    }
  }

  /** Returns whether that could be done; not while the app's row is locked. */
  private boolean findNameOrTell(OpenEvent event) {
    try {
      findName(event);
      return true;
    } catch (RuntimeException e) {
      requireLocked(e);
      tell("A pending event cannot be looked at: ", e);
      return false;
    }
  }

  private void findName(OpenEvent event) {
    // Taken in without a name, so there is an id; while the tables cannot be read this throws, and
    // nothing is closed.
    Optional<AppName> name = event.id().flatMap(names::find);
    if (name.isPresent()) {
      recorder.name(event, name.get());
    } else if (!event.overdue()) {
      store.review(List.of(event.intake()));
    } else if (event.kind() == EventKind.UNINSTALLED) {
      store.done(List.of(event.intake())); // nothing of an app that nobody knows is here
    } else {
      Verdict.Dead dead =
          Verdicts.unknownApp("app with the id " + event.id().map(Object::toString).orElse("?"));
      store.deadLetter(event.intake(), dead.reason(), dead.message(), "1");
    }
  }

  /**
   * Returns whether all were signalled. An app whose row somebody has locked comes later: it keeps
   * no other waiting but for as long as the database waits for the lock.
   */
  private boolean signalAgain(List<OpenEvent> due) {
    Map<AppName, List<OpenEvent>> byApp = new TreeMap<>();
    for (OpenEvent event : due) {
      event
          .name()
          .ifPresent(name -> byApp.computeIfAbsent(name, n -> new ArrayList<>()).add(event));
    }
    // Two transactions: in one, this would lock events and the app's work the other way round than
    // a look does. If the
    // second fails, one signal more is given.
    boolean all = true;
    for (Map.Entry<AppName, List<OpenEvent>> entry : byApp.entrySet()) {
      try {
        signal(entry.getKey(), entry.getValue());
      } catch (RuntimeException e) {
        requireLocked(e);
        tell("Pending events of %s cannot be looked at: ".formatted(entry.getKey()), e);
        all = false;
      }
    }
    return all;
  }

  /** An event that was kept without a signal gives its own now. */
  private void signal(AppName app, List<OpenEvent> events) {
    events.stream()
        .filter(event -> !event.signalled())
        .map(event -> event.kind().cause())
        .distinct()
        .forEach(cause -> signals.signal(app, cause));
    store.signalled(
        events.stream().map(OpenEvent::intake).toList(), signals.signal(app, Cause.EVENT_PENDING));
  }
}
