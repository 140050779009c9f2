package io.appserver.orchestrator.intake;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.LookObserver;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.intake.store.IntakeStore;
import io.appserver.orchestrator.intake.store.OpenEvent;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

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
        look.failure()
            .map(Failure::details)
            .map(details -> details.get(Failure.ATTEMPT))
            .orElse("1");
    Map<Verdict, List<UUID>> intakes =
        open.stream()
            .collect(
                groupingBy(verdicts::on, LinkedHashMap::new, mapping(OpenEvent::intake, toList())));
    intakes.forEach((verdict, alike) -> close(alike, verdict, attempts));
  }

  private void close(List<UUID> intakes, Verdict verdict, String attempts) {
    switch (verdict) {
      case Verdict.Done() -> store.done(intakes);
      case Verdict.Superseded(var reason) -> store.superseded(intakes, reason);
      case Verdict.Dead(var reason, var message) ->
          intakes.forEach(intake -> store.deadLetter(intake, reason, message, attempts));
      case Verdict.Review() -> store.review(intakes);
      case Verdict.Stay() -> store.leave(intakes);
    }
  }
}
