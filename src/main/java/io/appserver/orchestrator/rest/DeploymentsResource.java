package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.deployment.History;
import io.appserver.orchestrator.rest.access.Admission;
import io.appserver.orchestrator.rest.stream.ContainerOutput;
import io.appserver.orchestrator.rest.stream.SseConnection;
import io.appserver.orchestrator.rest.view.AppNameParam;
import io.appserver.orchestrator.rest.view.DeploymentFilter;
import io.appserver.orchestrator.rest.view.DeploymentOverview;
import io.appserver.orchestrator.rest.view.Details;
import io.appserver.orchestrator.rest.view.Listing;
import io.appserver.orchestrator.rest.view.ProbeHistory;
import io.appserver.orchestrator.rest.view.Query;
import io.appserver.orchestrator.runtime.LogStart;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The apps: what there is of each. */
@Path("deployments")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "deployments")
public class DeploymentsResource {

  private static final int MOST_LINES = 2000;

  private static final int MOST_ENTRIES = 500;

  private final DeploymentOverview overview;
  private final Details details;
  private final History history;
  private final ProbeHistory probes;
  private final ContainerOutput output;

  @Inject
  public DeploymentsResource(
      DeploymentOverview overview,
      Details details,
      History history,
      ProbeHistory probes,
      ContainerOutput output) {
    this.overview = overview;
    this.details = details;
    this.history = history;
    this.probes = probes;
    this.output = output;
  }

  @GET
  @Operation(
      summary = "All apps",
      description = "Filtered, sorted, in pages. Without a sort, what needs attention comes first.")
  public Listing list(
      @QueryParam("state") @Parameter(description = "one or more states") List<String> states,
      @QueryParam("health") @Nullable String health,
      @QueryParam("node") @Nullable String node,
      @QueryParam("attention") @Nullable Boolean attention,
      @QueryParam("q") @Parameter(description = "part of a name, an image or a reason")
          @Nullable String text,
      @QueryParam("sort")
          @Parameter(
              description =
                  "app, state, node, restarts, updatedAt or healthySince; with a minus in front, the other way round")
          @Nullable String sort,
      @QueryParam("page") @DefaultValue("1") int page,
      @QueryParam("size") @DefaultValue("50") @Parameter(description = "1 to 1000") int size) {
    var filter = new DeploymentFilter(states, health, node, attention, text);
    return new Query(filter, sort, page, size).of(overview.all());
  }

  @GET
  @Path("{app}")
  @Operation(summary = "One app, with what explains it and what may be done")
  public Details.View one(@PathParam("app") String app) {
    return details.of(AppNameParam.named(app));
  }

  /** A part of the history. */
  public record Page(List<History.Entry> items, boolean more) {}

  @GET
  @Path("{app}/timeline")
  @Operation(summary = "What happened to an app, the newest first; kept for good")
  public Page timeline(
      @PathParam("app") String app,
      @QueryParam("before") @Parameter(description = "id of an entry: only older ones")
          @Nullable Long before,
      @QueryParam("size") @DefaultValue("50") int size) {
    int most = Math.clamp(size, 1, MOST_ENTRIES);
    List<History.Entry> found =
        history.of(AppNameParam.named(app), Optional.ofNullable(before), most + 1);
    boolean more = found.size() > most;
    return new Page(more ? found.subList(0, most) : found, more);
  }

  /** What probes found, by the instance that was asked. */
  public record Probes(List<ProbeHistory.Probe> items) {}

  @GET
  @Path("{app}/probes")
  @Operation(
      summary = "The last health probes, the oldest first",
      description = "Those of the instance that answers, since its start; at most 120.")
  public Probes probes(@PathParam("app") String app) {
    return new Probes(probes.of(AppNameParam.named(app)));
  }

  @GET
  @Path("{app}/logs")
  @Produces(MediaType.TEXT_PLAIN)
  @Operation(summary = "The end of the container's output, without secrets; at most 16 KiB")
  public String logs(
      @PathParam("app") String app, @QueryParam("lines") @DefaultValue("200") int lines) {
    return output.tail(AppNameParam.named(app), Math.clamp(lines, 1, MOST_LINES));
  }

  @GET
  @Path("{app}/logs/stream")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      summary = "The container's output as it comes: events `line`, and `end` with a reason",
      description =
          "A line's id is when the engine read it. Who comes back with it, as `after` or as Last-Event-ID, gets"
              + " what was said since, at most 2000 lines; others begin with the last `lines`.")
  public void follow(
      @PathParam("app") String app,
      @QueryParam("lines") @DefaultValue("50") int lines,
      @QueryParam("after") @Nullable String after,
      @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) @Nullable String lastId,
      @Context HttpServletRequest request,
      @Context SseEventSink sink,
      @Context Sse sse) {
    String back = Optional.ofNullable(lastId).filter(id -> !id.isBlank()).orElse(after);
    output.follow(
        AppNameParam.named(app),
        back == null || back.isBlank()
            ? LogStart.last(Math.clamp(lines, 0, MOST_LINES))
            : new LogStart(MOST_LINES, moment(back)),
        new SseConnection(sink, sse, Admission.of(request)));
  }

  private static Instant moment(String text) {
    try {
      return Instant.parse(text.strip());
    } catch (DateTimeParseException e) {
      throw new BadRequestException(
          "after must be the id of a line, such as 2026-01-31T23:59:59.123456789Z");
    }
  }
}
