package io.appserver.orchestrator.intake;

import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.intake.event.AppEvent;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.EventReader;
import io.appserver.orchestrator.intake.event.HeadersJson;
import io.appserver.orchestrator.intake.event.IntakeObserver;
import io.appserver.orchestrator.intake.event.IntakeResult;
import io.appserver.orchestrator.intake.event.IntakeSpan;
import io.appserver.orchestrator.intake.event.Message;
import io.appserver.orchestrator.intake.event.ParsedEvent;
import io.appserver.orchestrator.intake.event.Rejected;
import io.appserver.orchestrator.intake.event.RejectionCode;
import io.appserver.orchestrator.intake.store.IntakeStore;
import io.appserver.orchestrator.intake.store.ReceivedEvent;
import io.appserver.orchestrator.intake.store.SafeExceptionText;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Takes messages in, whatever brought them: reads, and keeps what can be read. */
@Singleton
public class EventIntake {

  private static final Logger LOG = Logger.getLogger(EventIntake.class.getName());

  /** As much as is kept of the headers, in characters of JSON; traces need a few hundred. */
  static final int LARGEST_HEADERS = 32 * 1024;

  /** Digests of messages that this process did not end on, and that are counted as begun still. */
  private final Set<String> unended = ConcurrentHashMap.newKeySet();

  private final EventReader reader = new EventReader();
  private final AppNames names;
  private final EventRecorder recorder;
  private final IntakeStore store;
  private final Iterable<IntakeObserver> observers;

  @Inject
  public EventIntake(
      AppNames names,
      EventRecorder recorder,
      IntakeStore store,
      @Any Instance<IntakeObserver> observers) {
    this(names, recorder, store, (Iterable<IntakeObserver>) observers);
  }

  public EventIntake(
      AppNames names,
      EventRecorder recorder,
      IntakeStore store,
      Iterable<IntakeObserver> observers) {
    this.names = names;
    this.recorder = recorder;
    this.store = store;
    this.observers = observers;
  }

  /** As {@link #handle(List)}, for one. */
  public final IntakeResult handle(Message message) {
    return handle(List.of(message)).getFirst();
  }

  /**
   * Takes those in that can be read, all of them or none. When this returns, what it returns, in
   * the order of the messages, is committed.
   *
   * @throws RuntimeException if they could not be kept: see {@link #databaseAnswers()}
   */
  public List<IntakeResult> handle(List<Message> messages) {
    List<ParsedEvent> parsed = messages.stream().map(this::read).toList();
    List<IntakeSpan> spans = messages.stream().map(this::watched).toList();
    try {
      return handle(messages, parsed, spans);
    } catch (RuntimeException e) {
      spans.forEach(span -> span.ended(Optional.empty(), IntakeSpan.NOT_KEPT));
      throw e;
    }
  }

  private ParsedEvent read(Message message) {
    int headers = message.headers().isEmpty() ? 0 : HeadersJson.write(message.headers()).length();
    return headers > LARGEST_HEADERS
        ? new Rejected(
            RejectionCode.TOO_LARGE,
            "the headers have %d characters as JSON; at most %d are kept"
                .formatted(headers, LARGEST_HEADERS))
        : reader.read(message.body(), message.kind());
  }

  /** The most that any of the messages was begun and not {@linkplain #end ended}. */
  public int mostBegun(List<Message> messages) {
    endLate();
    return store.mostBegun(digests(messages));
  }

  /**
   * Counts that somebody begins to take in messages that were delivered before; returns the most
   * that any of them was begun and not {@linkplain #end ended}, with this time.
   */
  public int begin(List<Message> messages) {
    endLate();
    return store.begin(digests(messages));
  }

  /**
   * They were taken in, or given back in good order: forgets that they were begun; later, if the
   * database is away. Never throws.
   */
  public void end(List<Message> messages) {
    unended.addAll(digests(messages));
    try {
      endLate();
    } catch (RuntimeException e) {
      LOG.log(
          Level.FINE, () -> "Redeliveries stay counted for now: " + SafeExceptionText.describe(e));
    }
  }

  private void endLate() {
    List<String> late = List.copyOf(unended);
    if (!late.isEmpty()) {
      store.end(late);
      late.forEach(unended::remove);
    }
  }

  private static List<String> digests(List<Message> messages) {
    return messages.stream().map(Message::digest).toList();
  }

  private IntakeSpan watched(Message message) {
    var spans = new ArrayList<IntakeSpan>();
    observers.forEach(observer -> spans.add(observer.taking(message)));
    return IntakeSpan.all(spans);
  }

  private List<IntakeResult> handle(
      List<Message> messages, List<ParsedEvent> parsed, List<IntakeSpan> spans) {
    List<ReceivedEvent> received = received(messages, parsed, spans);
    Iterator<ReceivedEvent> kept = (received.isEmpty() ? received : keep(received)).iterator();
    var handled = new ArrayList<IntakeResult>();
    for (int i = 0; i < messages.size(); i++) {
      handled.add(
          switch (parsed.get(i)) {
            case Rejected rejected -> {
              String code = rejected.code().code();
              tell(messages.get(i).kind(), code);
              spans.get(i).ended(Optional.empty(), code);
              yield rejected;
            }
            case AppEvent ignored -> {
              ReceivedEvent event = kept.next();
              spans.get(i).ended(event.event().name(), IntakeSpan.TAKEN);
              yield taken(event.event(), event.intake());
            }
          });
    }
    return handled;
  }

  /**
   * The names are found in the transaction that keeps the events; where one of them cannot be
   * found, each is looked up by itself before.
   */
  private List<ReceivedEvent> keep(List<ReceivedEvent> received) {
    try {
      return recorder.accept(received, names::resolveAll);
    } catch (PlatformUnavailableException e) {
      List<ReceivedEvent> named = ReceivedEvent.with(received, names::resolve);
      try {
        recorder.accept(named);
      } catch (RuntimeException failed) {
        requireLockedAlone(named, failed);
        recorder.keep(named.getFirst());
      }
      return named;
    } catch (RuntimeException e) {
      requireLockedAlone(received, e);
      List<ReceivedEvent> named = ReceivedEvent.with(received, names::resolve);
      recorder.keep(named.getFirst());
      return named;
    }
  }

  /** One by itself is kept though its app's row is locked: it holds up none that come after it. */
  private static void requireLockedAlone(List<ReceivedEvent> received, RuntimeException e) {
    if (received.size() > 1 || !SafeExceptionText.isLocked(e)) {
      throw e;
    }
    LOG.warning(
        "The row of an app is locked by somebody; its event is kept, and the app is told later.");
  }

  private List<ReceivedEvent> received(
      List<Message> messages, List<ParsedEvent> parsed, List<IntakeSpan> spans) {
    var received = new ArrayList<ReceivedEvent>();
    for (int i = 0; i < messages.size(); i++) {
      if (parsed.get(i) instanceof AppEvent event) {
        received.add(ReceivedEvent.of(messages.get(i), event, spans.get(i).traceparent()));
      }
    }
    return received;
  }

  private IntakeResult taken(AppEvent event, UUID id) {
    LOG.info(() -> words(event, id));
    tell(event.kind(), IntakeSpan.TAKEN);
    return new IntakeResult.Taken(id);
  }

  /** Whether events can be kept now: what tells an outage from a message that fails by itself. */
  public boolean databaseAnswers() {
    try {
      store.probe();
      return true;
    } catch (RuntimeException e) {
      LOG.log(
          Level.FINE,
          () -> "The database cannot store events now: " + SafeExceptionText.describe(e));
      return false;
    }
  }

  private void tell(EventKind kind, String outcome) {
    observers.forEach(observer -> observer.received(kind, outcome));
  }

  private static String words(AppEvent event, UUID id) {
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
