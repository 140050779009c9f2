package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppDetails;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.decide.Answer;
import io.appserver.orchestrator.convergence.decide.Desired;
import io.appserver.orchestrator.convergence.decide.Facts;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.operation.OperatorRequest;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.work.Transactions;
import io.appserver.orchestrator.convergence.workload.Gathered;
import io.appserver.orchestrator.convergence.workload.Recalled;
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
import java.util.function.Function;

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
   * What the database says of an app.
   *
   * @param rows those that bear its name, and its own
   * @param details what the platform says of it besides; asked for only if it should run
   * @param recalled what is stored of what the engine has of it
   */
  public record Known(
      AppName name,
      Optional<App> app,
      List<Deployment> rows,
      OperatorRequest request,
      Answer<AppDetails> details,
      Recalled recalled) {}

  /**
   * What the database says of the app, read in the present transaction, which is of no use any more
   * if it throws.
   *
   * @throws PlatformUnavailableException while it cannot be told whether the app should run, or how
   */
  public Known known(Lease lease) {
    return known(
        lease,
        app ->
            app.filter(App::installed)
                .<Answer<AppDetails>>map(
                    installed -> new Answer.Known<>(catalog.details(installed.id())))
                .orElseGet(Answer.Unasked::new));
  }

  /**
   * The same in a transaction of its own. What the platform says of the app besides is needed only
   * if it is to be brought up.
   *
   * @throws PlatformUnavailableException while it cannot be told whether the app should run
   */
  Known anew(Lease lease) {
    try {
      return transactions.required(() -> known(lease));
    } catch (PlatformUnavailableException e) {
      Failure failure = Failure.of(FailureCode.PLATFORM_SCHEMA, String.valueOf(e.getMessage()));
      return transactions.required(() -> known(lease, app -> new Answer.Refused<>(failure)));
    }
  }

  private Known known(Lease lease, Function<Optional<App>, Answer<AppDetails>> details) {
    AppName name = lease.app();
    Optional<App> app = catalog.find(name);
    List<Deployment> rows =
        app.map(App::id)
            .map(id -> deployments.of(name, id))
            .orElseGet(() -> deployments.named(name));
    return new Known(name, app, rows, requests.of(name), details.apply(app), control.recall(lease));
  }

  /**
   * All that is known of the app, the bookkeeping of what the engine has of it brought up to date.
   *
   * @param found what the engine has of it
   */
  Gathered of(Run run, Known known, Workload found) {
    var facts =
        new Facts(
            node,
            desired(known.app()),
            known.request().held().isPresent(),
            leavesFor(known.request()),
            known.rows().stream().map(Row::of).toList(),
            new Answer.Unasked<>(),
            new Answer.Known<>(found.instances()));
    List<Deployment> named =
        known.rows().stream()
            .filter(row -> row.appName().equals(Optional.of(known.name())))
            .toList();
    Optional<Deployment> own = known.app().map(App::id).flatMap(id -> own(known.rows(), id));
    return new Gathered(
        facts,
        known.app(),
        named,
        own,
        known.request(),
        known.details(),
        control.settle(run, found, known.recalled()));
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
