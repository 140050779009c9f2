package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.decide.Answer;
import io.appserver.orchestrator.convergence.decide.Desired;
import io.appserver.orchestrator.convergence.decide.Facts;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.decide.Seen;
import io.appserver.orchestrator.convergence.operation.OperatorRequest;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads what a look goes by, each thing once. */
final class Gather {

  private final Parts parts;

  Gather(Parts parts) {
    this.parts = parts;
  }

  /**
   * What is known of the app.
   *
   * @param owned its containers that are ours
   * @throws PlatformUnavailableException while it cannot be told whether the app should run
   */
  Gathered of(Run run, List<ObservedContainer> owned) {
    Optional<App> app = parts.catalog().find(run.app());
    List<Deployment> rows = parts.deployments().named(run.app());
    Optional<Deployment> own = app.map(App::id).flatMap(id -> own(rows, id));
    OperatorRequest request = parts.wishes().of(run.app());
    var facts =
        new Facts(
            parts.identity().node(),
            desired(app),
            request.held().isPresent(),
            leavesFor(request),
            Stream.concat(rows.stream(), own.stream()).distinct().map(Row::of).toList(),
            new Answer.Unasked<>(),
            new Answer.Known<>(owned.stream().map(Seen::of).toList()));
    return new Gathered(facts, app, rows, own, request, owned);
  }

  private static Desired desired(Optional<App> app) {
    return app.<Desired>map(
            known -> known.installed() ? new Desired.Installed(known) : new Desired.NotInstalled())
        .orElseGet(Desired.Unknown::new);
  }

  /** Its row may have the name that the platform gave it before. */
  private Optional<Deployment> own(List<Deployment> rows, AppId id) {
    return rows.stream()
        .filter(row -> row.appId().equals(id))
        .findFirst()
        .or(() -> parts.deployments().find(id));
  }

  /** A node that would not take it now, and this one, are none to go to. */
  private Optional<String> leavesFor(OperatorRequest request) {
    return request
        .moveTo()
        .filter(target -> request.canMove() && !target.equals(parts.identity().node()));
  }
}
