package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.rest.access.Admission;
import io.appserver.orchestrator.rest.stream.LiveEvents;
import io.appserver.orchestrator.rest.stream.SseConnection;
import io.appserver.orchestrator.rest.view.AppNameParam;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What happens, as it happens. */
@Path("events")
@Singleton
@Tag(name = "events")
public class EventsResource {

  private final LiveEvents liveEvents;

  @Inject
  public EventsResource(LiveEvents liveEvents) {
    this.liveEvents = liveEvents;
  }

  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      summary = "What happens to apps, as it happens",
      description =
          "Events: `hello`, `transition` (a timeline entry), `progress` of pulls, `reconciliation`, and for one app alone"
              + " `probe`. Who comes back with Last-Event-ID gets the transitions missed. `reset` says that more happened than is told. The stream ends with the session or the token"
              + " it was begun with.")
  public void events(
      @QueryParam("app") @Nullable String app,
      @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) @Nullable String lastId,
      @Context HttpServletRequest request,
      @Context SseEventSink sink,
      @Context Sse sse) {
    liveEvents.listen(
        new SseConnection(sink, sse, Admission.of(request)),
        Optional.ofNullable(app).filter(name -> !name.isBlank()).map(AppNameParam::named),
        Optional.ofNullable(lastId).filter(id -> !id.isBlank()).map(EventsResource::id));
  }

  private static long id(String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw new BadRequestException("Last-Event-ID must be the id of a transition");
    }
  }
}
