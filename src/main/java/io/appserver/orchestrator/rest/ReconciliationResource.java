package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.convergence.Cause;
import io.appserver.orchestrator.convergence.Identity;
import io.appserver.orchestrator.convergence.OperationRefusedException;
import io.appserver.orchestrator.supervision.Plan;
import io.appserver.orchestrator.supervision.ReconciliationReport;
import io.appserver.orchestrator.supervision.Step;
import io.appserver.orchestrator.supervision.Supervision;
import io.appserver.orchestrator.supervision.Surroundings;
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
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

  private final Supervision supervision;
  private final Surroundings surroundings;
  private final Provider<Identity> identity;

  @Inject
  public ReconciliationResource(
      Supervision supervision, Surroundings surroundings, Provider<Identity> identity) {
    this.supervision = supervision;
    this.surroundings = surroundings;
    this.identity = identity;
  }

  /**
   * What a reconciliation came to.
   *
   * @param tookMs from reading to the last look
   * @param readingMs the part of it that reading took
   */
  public record Report(
      Instant at,
      String cause,
      long tookMs,
      long readingMs,
      String summary,
      List<String> remaining) {
    static Report of(ReconciliationReport report) {
      return new Report(
          report.at(),
          report.cause(),
          report.took().toMillis(),
          report.reading().toMillis(),
          report.summary(),
          report.remaining());
    }
  }

  /** The last one of the instance that answers; another one's, if that watches the node. */
  public record Last(boolean watching, Optional<Report> last) {}

  @GET
  @Operation(summary = "What the last reconciliation came to")
  public Last last() {
    return new Last(supervision.isWatching(), supervision.lastReport().map(Report::of));
  }

  /** With a dry run nothing is done. */
  public record Request(@Nullable Boolean dryRun) {}

  /** What would be done for an app. */
  public record PlannedStep(String app, String action, boolean work, String why) {
    static PlannedStep of(Step step) {
      return new PlannedStep(
          step.app().value(),
          step.action().name().toLowerCase(Locale.ROOT),
          step.action().isWork(),
          step.why());
    }
  }

  /**
   * What would be done.
   *
   * @param waves an app comes in a later one than those it depends on
   */
  public record Planned(String summary, List<List<PlannedStep>> waves) {
    static Planned of(Plan plan) {
      return new Planned(
          plan.summary(),
          plan.waves().stream().map(wave -> wave.stream().map(PlannedStep::of).toList()).toList());
    }
  }

  /** The plan of a dry run. */
  public record DryRun(Planned plan) {}

  /** That it will be done. */
  public record Begun(boolean accepted) {}

  @POST
  @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
  @Operation(
      summary = "Compare everything on this node anew",
      description = "With dryRun, only say what would be done (200); else begin (202).")
  public Response reconcile(@Nullable Request request, @Context SecurityContext who) {
    if (request != null && Boolean.TRUE.equals(request.dryRun())) {
      return Response.ok(new DryRun(Planned.of(surroundings.plan(identity.get())))).build();
    }
    if (!supervision.isWatching()) {
      throw new OperationRefusedException(
          "another instance watches node %s; ask that one".formatted(identity.get().node()));
    }
    LOG.info(() -> "%s asks for a reconciliation".formatted(DeploymentsResource.actor(who)));
    supervision.reconcile(Cause.ASKED);
    return Response.status(Status.ACCEPTED).entity(new Begun(true)).build();
  }
}
