package io.appserver.orchestrator.intake;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Takes messages in, whatever brought them: reads, and keeps what can be read. */
@Singleton
public class Reception {

  private static final Logger LOG = Logger.getLogger(Reception.class.getName());

  private final EventReader reader = new EventReader();
  private final AppNames names;
  private final Intake intake;
  private final IntakeStore store;
  private final Iterable<IntakeObserver> observers;

  @Inject
  public Reception(
      AppNames names, Intake intake, IntakeStore store, @Any Instance<IntakeObserver> observers) {
    this(names, intake, store, (Iterable<IntakeObserver>) observers);
  }

  public Reception(
      AppNames names, Intake intake, IntakeStore store, Iterable<IntakeObserver> observers) {
    this.names = names;
    this.intake = intake;
    this.store = store;
    this.observers = observers;
  }

  /**
   * When this returns, what it returns is committed.
   *
   * @throws RuntimeException if it could not be kept: see {@link #databaseAnswers()}
   */
  public Handling handle(Message message) {
    return switch (reader.read(message.body(), message.kind())) {
      case Reading.Rejected(var code, var words) -> {
        tell(message.kind(), code.code());
        yield new Handling.Refused(code, words);
      }
      case Reading.Event(var event) -> {
        AppEvent resolved = names.resolve(event);
        UUID id = intake.accept(message, resolved);
        LOG.info(() -> taken(resolved, id));
        tell(message.kind(), "taken");
        yield new Handling.Taken(id);
      }
    };
  }

  /** Whether events can be kept now: what tells an outage from a message that fails by itself. */
  public boolean databaseAnswers() {
    try {
      store.probe();
      return true;
    } catch (RuntimeException e) {
      LOG.log(Level.FINE, () -> "The database cannot store events now: " + Faults.describe(e));
      return false;
    }
  }

  private void tell(EventKind kind, String outcome) {
    observers.forEach(observer -> observer.received(kind, outcome));
  }

  private static String taken(AppEvent event, UUID id) {
    String app =
        event
            .name()
            .map(name -> "app_name=" + name)
            .or(() -> event.id().map(appId -> "app_id=" + appId))
            .orElse("");
    String notes = event.notes().isEmpty() ? "" : " (" + String.join("; ", event.notes()) + ")";
    return "%s event %s taken as %s%s".formatted(app, event.kind().routingKey(), id, notes);
  }
}
