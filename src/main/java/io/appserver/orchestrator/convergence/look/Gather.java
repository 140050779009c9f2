package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.decide.Answer;
import io.appserver.orchestrator.convergence.decide.Desired;
import io.appserver.orchestrator.convergence.decide.Facts;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.operation.OperatorRequest;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.work.Transactions;
import io.appserver.orchestrator.convergence.workload.Gathered;
import io.appserver.orchestrator.convergence.workload.Workload;
import io.appserver.orchestrator.convergence.workload.WorkloadControl;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Reads what a look goes by, each thing once. */
@Singleton
public final class Gather {

  private final String node;
  private final Transactions transactions;
  private final AppCatalog catalog;
  private final Deployments deployments;
  private final OperatorRequests requests;
  private final WorkloadControl control;

  @Inject
  public Gather(
      Identity identity,
      Transactions transactions,
      AppCatalog catalog,
      Deployments deployments,
      OperatorRequests requests,
      WorkloadControl control) {
    this.node = identity.node();
    this.transactions = transactions;
    this.catalog = catalog;
    this.deployments = deployments;
    this.requests = requests;
    this.control = control;
  }

  /**
   * What is known of the app, the bookkeeping of what the engine has of it brought up to date.
   *
   * @param found what the engine has of it
   * @throws PlatformUnavailableException while it cannot be told whether the app should run
   */
  Gathered of(Run run, Workload found) {
    Gathered read = readWithDetails(run, found);
    return read.with(control.settle(run, read.workload()));
  }

  /** What is besides told of the app is needed only if it is to be brought up. */
  private Gathered readWithDetails(Run run, Workload found) {
    try {
      return transactions.required(() -> {
        Gathered read = read(run, found);
        return read.app()
            .filter(App::installed)
            .map(app -> read.with(new Answer.Known<>(catalog.details(app.id()))))
            .orElse(read);
      });
    } catch (PlatformUnavailableException e) {
      Failure failure = Failure.of(FailureCode.PLATFORM_SCHEMA, String.valueOf(e.getMessage()));
      Gathered read = transactions.required(() -> read(run, found));
      return read.with(new Answer.Refused<>(failure));
    }
  }

  private Gathered read(Run run, Workload found) {
    Optional<App> app = catalog.find(run.app());
    List<Deployment> known =
        app.map(App::id)
            .map(id -> deployments.of(run.app(), id))
            .orElseGet(() -> deployments.named(run.app()));
    List<Deployment> rows =
        known.stream().filter(row -> row.appName().equals(run.app().value())).toList();
    Optional<Deployment> own = app.map(App::id).flatMap(id -> own(known, id));
    OperatorRequest request = requests.of(run.app());
    var facts =
        new Facts(
            node,
            desired(app),
            request.held().isPresent(),
            leavesFor(request),
            known.stream().map(Row::of).toList(),
            new Answer.Unasked<>(),
            new Answer.Known<>(found.instances()));
    Workload workload = control.recall(run, found);
    return new Gathered(facts, app, rows, own, request, new Answer.Unasked<>(), workload);
  }

  private static Desired desired(Optional<App> app) {
    return app.<Desired>map(
            known -> known.installed() ? new Desired.Installed(known) : new Desired.NotInstalled())
        .orElseGet(Desired.Unknown::new);
  }

  /** It may have the name that the platform gave the app before. */
  private static Optional<Deployment> own(List<Deployment> rows, AppId id) {
    return rows.stream().filter(row -> row.appId().equals(id)).findFirst();
  }

  /** A node that would not take it now, and this one, are none to go to. */
  private Optional<String> leavesFor(OperatorRequest request) {
    return request.moveTo().filter(target -> request.canMove() && !target.equals(node));
  }
}
