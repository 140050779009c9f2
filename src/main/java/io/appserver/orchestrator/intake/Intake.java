package io.appserver.orchestrator.intake;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.Identity;
import io.appserver.orchestrator.convergence.Signals;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.OptionalLong;
import java.util.UUID;

/** Keeps an event together with the signal it gives: both or neither. */
@Stateless
public class Intake {

  private IntakeStore store;
  private Signals signals;
  private Provider<Identity> identity;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public Intake() {}

  @Inject
  public Intake(IntakeStore store, Signals signals, Provider<Identity> identity) {
    this.store = store;
    this.signals = signals;
    this.identity = identity;
  }

  /** Keeps the event, and signals its app if the name is known. Returns the id it is kept under. */
  public UUID accept(Message message, AppEvent event) {
    OptionalLong seq =
        event.name().isPresent()
            ? OptionalLong.of(signals.signal(event.name().get(), event.kind().cause()).seq())
            : OptionalLong.empty();
    UUID intake = UUID.randomUUID();
    store.insert(identity.get().node(), intake, message, event, seq);
    return intake;
  }

  /** Goes on with an event whose app's name has become known. */
  public void name(OpenEvent event, AppName name) {
    store.named(event.intake(), name, signals.signal(name, event.kind().cause()).seq());
  }
}
