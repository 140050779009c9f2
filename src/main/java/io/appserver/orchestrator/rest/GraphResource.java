package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.Dependency;
import io.appserver.orchestrator.rest.view.DeploymentOverview;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Who needs whom. */
@Path("graph")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "deployments")
public class GraphResource {

  private final DeploymentOverview overview;
  private final AppCatalog catalog;

  @Inject
  public GraphResource(DeploymentOverview overview, AppCatalog catalog) {
    this.overview = overview;
    this.catalog = catalog;
  }

  /** An app. */
  public record Vertex(String app, String state, String health, boolean attention) {}

  /** That one needs another. */
  public record Edge(String from, String to, String kind) {}

  /** All apps, and the dependencies between installed ones. */
  public record Graph(List<Vertex> nodes, List<Edge> edges) {}

  @GET
  @Operation(summary = "All apps and what they need of one another")
  public Graph graph() {
    Map<AppName, Set<AppName>> soft = catalog.softDependencies();
    var edges = new ArrayList<Edge>();
    catalog
        .allDependencies()
        .forEach((from, needed) ->
            needed.forEach(to ->
                edges.add(
                    new Edge(
                        from.value(),
                        to.value(),
                        (soft.getOrDefault(from, Set.of()).contains(to)
                                ? Dependency.Kind.SOFT
                                : Dependency.Kind.HARD)
                            .name()))));
    return new Graph(
        overview.all().stream()
            .map(row -> new Vertex(row.app(), row.state(), row.health(), row.attention()))
            .toList(),
        edges);
  }
}
