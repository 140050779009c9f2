package io.appserver.orchestrator.rest;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.operation.Operations;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.rest.view.DeploymentOverview;
import io.appserver.orchestrator.rest.view.DeploymentView;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The Docker hosts of this installation. */
@Path("nodes")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "nodes")
public class NodesResource {

  private final Nodes nodes;
  private final DeploymentOverview overview;
  private final Operations operations;
  private final Provider<Identity> identity;

  @Inject
  public NodesResource(
      Nodes nodes,
      DeploymentOverview overview,
      Operations operations,
      Provider<Identity> identity) {
    this.nodes = nodes;
    this.overview = overview;
    this.operations = operations;
    this.identity = identity;
  }

  /**
   * A node.
   *
   * @param here whether the orchestrator that answers works on it
   * @param apps how many belong to it
   */
  public record NodeView(
      String name,
      String engineId,
      Instant seenAt,
      boolean alive,
      boolean retired,
      boolean here,
      long apps) {}

  /** All of them. */
  public record NodeList(List<NodeView> items) {}

  @GET
  @Operation(summary = "All nodes")
  public NodeList all() {
    Map<String, Long> apps =
        overview.all().stream()
            .map(DeploymentView::node)
            .flatMap(Optional::stream)
            .collect(groupingBy(name -> name, counting()));
    String here = identity.get().node();
    return new NodeList(
        nodes.all().stream()
            .map(node ->
                new NodeView(
                    node.name(),
                    node.engineId(),
                    node.seenAt(),
                    node.alive(),
                    node.retired(),
                    node.name().equals(here),
                    apps.getOrDefault(node.name(), 0L)))
            .toList());
  }

  /** Who takes over. */
  public record RetireRequest(@Nullable String target) {}

  /** The apps that go elsewhere. */
  public record Retired(List<String> apps) {}

  @POST
  @Path("{name}/retire")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Give up a node that does not come back",
      description = "Its apps start on the other one, without the data they had.")
  public Response retire(
      @PathParam("name") String name, RetireRequest request, @Context SecurityContext who) {
    if (request == null || request.target() == null) {
      throw new BadRequestException("target is needed: the node that takes the apps over");
    }
    Stream<AppName> apps =
        operations.retire(name, request.target(), OperationsResource.actor(who)).stream();
    return Response.status(Status.ACCEPTED)
        .entity(new Retired(apps.map(AppName::value).toList()))
        .build();
  }
}
