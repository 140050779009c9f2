package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.operation.Operations;
import io.appserver.orchestrator.rest.view.AppNameParam;
import io.appserver.orchestrator.rest.view.DeploymentOverview;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What operators may do with an app. */
@Path("deployments")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "deployments")
public class OperationsResource {

  private final DeploymentOverview overview;
  private final Operations operations;

  @Inject
  public OperationsResource(DeploymentOverview overview, Operations operations) {
    this.overview = overview;
    this.operations = operations;
  }

  /** That something will be done. */
  public record Accepted(String app, boolean accepted, String message) {
    static Response of(AppName app, String message) {
      return Response.status(Status.ACCEPTED)
          .entity(new Accepted(app.value(), true, message))
          .build();
    }
  }

  @POST
  @Path("{app}/restart")
  @Operation(summary = "Start the container again; one that failed is deployed anew")
  public Response restart(@PathParam("app") String name, @Context SecurityContext who) {
    AppName app = known(name);
    operations.restart(app, actor(who));
    return Accepted.of(app, "is to be restarted");
  }

  @POST
  @Path("{app}/redeploy")
  @Operation(summary = "Pull the image again and replace the container, with a way back")
  public Response redeploy(@PathParam("app") String name, @Context SecurityContext who) {
    AppName app = known(name);
    operations.redeploy(app, actor(who));
    return Accepted.of(app, "is to be deployed anew");
  }

  /** Why an app is to stay stopped. */
  public record HoldRequest(@Nullable String reason) {}

  @POST
  @Path("{app}/hold")
  @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
  @Operation(summary = "Stop the app and keep it stopped until it is released")
  public Response hold(
      @PathParam("app") String name, @Nullable HoldRequest request, @Context SecurityContext who) {
    AppName app = known(name);
    String reason = request == null || request.reason() == null ? "" : request.reason().strip();
    if (reason.length() > 500) {
      throw new BadRequestException("the reason has more than 500 characters");
    }
    operations.hold(app, actor(who), reason);
    return Accepted.of(app, "is to be held");
  }

  @POST
  @Path("{app}/release")
  @Operation(summary = "Let a held app run again")
  public Response release(@PathParam("app") String name, @Context SecurityContext who) {
    AppName app = known(name);
    return Accepted.of(
        app, operations.release(app, actor(who)) ? "is released" : "was not held; nothing to do");
  }

  /**
   * Where an app is to go.
   *
   * @param leaveData that its data volume may stay behind
   */
  public record MoveRequest(@Nullable String node, boolean leaveData) {}

  @POST
  @Path("{app}/move")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Take the app to another node")
  public Response move(
      @PathParam("app") String name, MoveRequest request, @Context SecurityContext who) {
    AppName app = known(name);
    if (request == null || request.node() == null) {
      throw new BadRequestException("node is needed: the name of the node it is to go to");
    }
    operations.move(app, request.node(), request.leaveData(), actor(who));
    return Accepted.of(app, "is to go to node " + request.node());
  }

  /**
   * Which data is to go, so that nobody means another.
   *
   * @param node where it is; needed only if there are several of that name
   */
  public record PurgeRequest(@Nullable String volume, @Nullable String node) {}

  @POST
  @Path("{app}/purge")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Remove a data volume that is not in use, for good",
      description = "Nothing else ever removes data.")
  public Response purge(
      @PathParam("app") String name, PurgeRequest request, @Context SecurityContext who) {
    AppName app = known(name);
    if (request == null || request.volume() == null) {
      throw new BadRequestException("volume is needed: the name of the data volume to remove");
    }
    operations.purge(app, request.volume(), Optional.ofNullable(request.node()), actor(who));
    return Accepted.of(app, "its data volume %s is to be removed".formatted(request.volume()));
  }

  /** Which data the app is to get. */
  public record KeepDataRequest(@Nullable String volume) {}

  @POST
  @Path("{app}/keep-data")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Give the app the data of another one of that name",
      description = "What to do about volume_conflict, unless the data is to be purged.")
  public Response keepData(
      @PathParam("app") String name, KeepDataRequest request, @Context SecurityContext who) {
    AppName app = known(name);
    if (request == null || request.volume() == null) {
      throw new BadRequestException("volume is needed: the name of the data volume to keep");
    }
    operations.keepData(app, request.volume(), actor(who));
    return Accepted.of(app, "gets the data in the volume %s".formatted(request.volume()));
  }

  private AppName known(String name) {
    AppName app = AppNameParam.named(name);
    if (overview.find(app).isEmpty()) {
      throw AppNameParam.unknown(app);
    }
    return app;
  }

  static String actor(SecurityContext who) {
    return who.getUserPrincipal().getName();
  }
}
