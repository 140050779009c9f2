package io.appserver.orchestrator.intake;

import io.appserver.orchestrator.convergence.Identity;
import io.appserver.orchestrator.convergence.Look;
import io.appserver.orchestrator.convergence.LookObserver;
import io.appserver.orchestrator.deployment.Failure;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.List;

/** Closes events once a look has shown what became of them. */
@Stateless
@Local(LookObserver.class)
public class Settlement implements LookObserver {

  private IntakeStore store;
  private Provider<Identity> identity;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public Settlement() {}

  @Inject
  public Settlement(IntakeStore store, Provider<Identity> identity) {
    this.store = store;
    this.identity = identity;
  }

  @Override
  public void looked(Look look) {
    List<OpenEvent> open = store.open(identity.get().node(), look.app(), look.handledSeq());
    var verdicts = new Verdicts(look, open);
    String attempts =
        look.failure().map(Failure::details).map(details -> details.get("attempts")).orElse("1");
    for (OpenEvent event : open) {
      switch (verdicts.on(event)) {
        case Verdict.Done() -> store.done(event.intake());
        case Verdict.Superseded(var reason) -> store.superseded(event.intake(), reason);
        case Verdict.Dead(var reason, var message) ->
            store.deadLetter(event.intake(), reason, message, attempts);
        case Verdict.Review() -> store.review(event.intake());
        case Verdict.Stay() -> store.leave(event.intake());
      }
    }
  }
}
