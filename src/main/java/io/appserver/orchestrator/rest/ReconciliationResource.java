package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.convergence.operation.OperationRefusedException;
import io.appserver.orchestrator.convergence.operation.Operations;
import io.appserver.orchestrator.convergence.preview.Preview;
import io.appserver.orchestrator.convergence.preview.Previews;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.rest.view.AppNameParam;
import io.appserver.orchestrator.rest.view.Report;
import io.appserver.orchestrator.supervision.Supervision;
import io.appserver.orchestrator.supervision.reconcile.Plan;
import io.appserver.orchestrator.supervision.reconcile.PlannedAction;
import io.appserver.orchestrator.supervision.reconcile.SnapshotReader;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Logger;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Comparing everything that should be with what is. */
@Path("reconciliation")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "reconciliation")
public class ReconciliationResource {

  private static final Logger LOG = Logger.getLogger(ReconciliationResource.class.getName());

  /** Each asks engine and registry; what more there is to do is said without. */
  private static final int MOST_FORECASTS = 50;

  private final Supervision supervision;
  private final SnapshotReader snapshots;
  private final Previews previews;
  private final Operations operations;
  private final Provider<Identity> identity;

  @Inject
  public ReconciliationResource(
      Supervision supervision,
      SnapshotReader snapshots,
      Previews previews,
      Operations operations,
      Provider<Identity> identity) {
    this.supervision = supervision;
    this.snapshots = snapshots;
    this.previews = previews;
    this.operations = operations;
    this.identity = identity;
  }

  /** The last one of the instance that answers; another one's, if that watches the node. */
  public record Last(boolean watching, Optional<Report> last) {}

  @GET
  @Operation(summary = "What the last reconciliation came to")
  public Last last() {
    return new Last(supervision.isWatching(), supervision.lastReport().map(Report::of));
  }

  /**
   * With a dry run nothing is done.
   *
   * @param removeOrphans names of apps that the platform has no row of, and that may be removed at
   *     once, however many they are
   */
  public record Request(@Nullable Boolean dryRun, @Nullable List<String> removeOrphans) {}

  /**
   * What would be done for an app.
   *
   * @param work whether there is anything to do
   * @param forecast what in particular, where that is an install, a redeploy or an uninstall
   */
  public record PlannedStep(
      String app, String action, boolean work, String why, Optional<Preview> forecast) {}

  /**
   * What would be done.
   *
   * @param waves an app comes in a later one than those it depends on
   */
  public record Planned(String summary, List<List<PlannedStep>> waves) {}

  private Planned planned(Plan plan) {
    var left = new AtomicInteger(MOST_FORECASTS);
    return new Planned(
        plan.summary(),
        plan.waves().stream()
            .map(wave -> wave.stream().map(step -> planned(step, left)).toList())
            .toList());
  }

  private PlannedStep planned(PlannedAction step, AtomicInteger left) {
    return new PlannedStep(
        step.app().value(),
        step.action().name().toLowerCase(Locale.ROOT),
        step.action().isWork(),
        step.why(),
        forecast(step).filter(forecast -> left.getAndDecrement() > 0).map(Supplier::get));
  }

  private Optional<Supplier<Preview>> forecast(PlannedAction step) {
    return switch (step.action()) {
      case INSTALL, RECREATE, RESUME -> Optional.of(() -> previews.install(step.app()));
      case UPDATE -> Optional.of(() -> previews.redeploy(step.app()));
      case REMOVE, ORPHAN -> Optional.of(() -> previews.uninstall(step.app()));
      default -> Optional.empty();
    };
  }

  /** The plan of a dry run. */
  public record DryRun(Planned plan) {}

  /** That it will be done. */
  public record Begun(boolean accepted) {}

  @POST
  @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
  @Operation(
      summary = "Compare everything on this node anew",
      description =
          "With dryRun, only say what would be done (200), for up to 50 apps with pulls, containers, names of variables and disk;"
              + " else begin (202). removeOrphans names apps that the platform has no row of and that may be removed at once.")
  public Response reconcile(@Nullable Request request, @Context SecurityContext who) {
    if (request != null && Boolean.TRUE.equals(request.dryRun())) {
      return Response.ok(new DryRun(planned(snapshots.plan(identity.get())))).build();
    }
    if (!supervision.isWatching()) {
      throw new OperationRefusedException(
          "another instance watches node %s; ask that one".formatted(identity.get().node()));
    }
    String actor = OperationsResource.actor(who);
    if (request != null && request.removeOrphans() != null) {
      operations.removeOrphans(
          request.removeOrphans().stream().map(AppNameParam::named).toList(), actor);
    }
    LOG.info(() -> "%s asks for a reconciliation".formatted(actor));
    supervision.reconcile(Cause.askedBy(actor));
    return Response.status(Status.ACCEPTED).entity(new Begun(true)).build();
  }
}
