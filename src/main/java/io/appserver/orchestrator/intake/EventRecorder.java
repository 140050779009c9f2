package io.appserver.orchestrator.intake;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.signal.Signals;
import io.appserver.orchestrator.convergence.signal.Signals.Signal;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.intake.event.AppEvent;
import io.appserver.orchestrator.intake.store.IntakeStore;
import io.appserver.orchestrator.intake.store.OpenEvent;
import io.appserver.orchestrator.intake.store.ReceivedEvent;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Keeps events together with the signals they give: all or nothing. */
@Stateless
public class EventRecorder {

  private IntakeStore store;
  private Signals signals;
  private Provider<Identity> identity;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public EventRecorder() {}

  @Inject
  public EventRecorder(IntakeStore store, Signals signals, Provider<Identity> identity) {
    this.store = store;
    this.signals = signals;
    this.identity = identity;
  }

  /**
   * As {@link #accept(List)}, once more is known of the events. Returns them with it.
   *
   * @param naming finds the names of apps by their ids, as part of this transaction
   */
  public List<ReceivedEvent> accept(
      List<ReceivedEvent> events, UnaryOperator<List<AppEvent>> naming) {
    List<ReceivedEvent> named = ReceivedEvent.with(events, naming);
    accept(named);
    return named;
  }

  /**
   * Keeps the events, in that order, and signals the apps whose names are known: each once, however
   * many events it has.
   */
  public void accept(List<ReceivedEvent> events) {
    Map<AppName, Signal> given = signal(events);
    store.insert(
        identity.get().node(),
        events.stream()
            .map(received ->
                received.with(
                    received.event().name().flatMap(name -> Optional.ofNullable(given.get(name)))))
            .toList());
  }

  /**
   * Keeps an event whose app cannot be signalled now, because somebody has its row locked: {@link
   * PendingEvents} signals it.
   */
  public void keep(ReceivedEvent event) {
    store.insert(identity.get().node(), List.of(event));
  }

  /** By name: each signal holds its app's row until the end, and others take several too. */
  private Map<AppName, Signal> signal(List<ReceivedEvent> received) {
    Map<AppName, Set<Cause>> causes = new TreeMap<>();
    for (ReceivedEvent each : received) {
      AppEvent event = each.event();
      event
          .name()
          .ifPresent(name ->
              causes.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(event.kind().cause()));
    }
    Map<AppName, Signal> last = new HashMap<>();
    causes.forEach((app, all) -> all.forEach(cause -> last.put(app, signals.signal(app, cause))));
    return last;
  }

  /** Goes on with an event whose app's name has become known. */
  public void name(OpenEvent event, AppName name) {
    store.named(event.intake(), name, signals.signal(name, event.kind().cause()));
  }
}
