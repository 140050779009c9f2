package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.convergence.operation.Operations;
import io.appserver.orchestrator.failure.explanation.Explanation;
import io.appserver.orchestrator.failure.explanation.Explanations;
import io.appserver.orchestrator.intake.deadletter.DeadLetterStore;
import io.appserver.orchestrator.intake.deadletter.StoredDeadLetter;
import io.appserver.orchestrator.intake.event.AppEvent;
import io.appserver.orchestrator.intake.event.Body;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.EventReader;
import io.appserver.orchestrator.rest.view.DeadLetterCount;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.SecurityContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.logging.Logger;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Messages that nothing more could be done for. */
@Path("dead-letters")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "dead letters")
public class DeadLettersResource {

  private static final Logger LOG = Logger.getLogger(DeadLettersResource.class.getName());

  private final DeadLetterStore store;
  private final DeadLetterCount count;
  private final Operations operations;
  private final EventReader events = new EventReader();

  @Inject
  public DeadLettersResource(DeadLetterStore store, DeadLetterCount count, Operations operations) {
    this.store = store;
    this.count = count;
    this.operations = operations;
  }

  /** The oldest of them; total is how many there are. */
  public record Letters(int total, List<StoredDeadLetter.Summary> items) {}

  @GET
  @Operation(summary = "The dead letters, the oldest first")
  public Letters list(@QueryParam("size") @DefaultValue("100") int size) {
    DeadLetterStore.Contents contents = store.oldest(Math.clamp(size, 1, 500));
    count.is(contents.total());
    return new Letters(contents.total(), contents.oldest());
  }

  /**
   * A dead letter.
   *
   * @param body as text where it is text
   * @param bodyBase64 where it is not
   * @param whole whether the body is there to its end
   */
  public record Letter(
      StoredDeadLetter.Summary summary,
      Map<String, String> headers,
      Map<String, String> properties,
      Optional<String> body,
      Optional<String> bodyBase64,
      boolean whole,
      Optional<Explanation> explanation) {}

  @GET
  @Path("{id}")
  @Operation(summary = "One dead letter, with its body as it came")
  public Letter one(@PathParam("id") String id) {
    StoredDeadLetter message = store.find(id).orElseThrow(() -> unknown(id));
    var headers = new TreeMap<String, String>();
    message.headers().forEach((name, value) -> headers.put(name, Objects.toString(value)));
    Optional<String> text = text(message.body());
    return new Letter(
        message.summary(),
        headers,
        message.properties(),
        text,
        text.isPresent()
            ? Optional.empty()
            : Optional.of(Base64.getEncoder().encodeToString(message.body().bytes())),
        message.whole(),
        Explanations.of(message.summary().reason()));
  }

  private static Optional<String> text(Body body) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body.bytes())).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  @POST
  @Path("{id}/replay")
  @Operation(summary = "Put a message back into the queue it came through")
  public Response replay(@PathParam("id") String id, @Context SecurityContext who) {
    StoredDeadLetter message = store.find(id).orElseThrow(() -> unknown(id));
    if (!store.replay(id)) {
      throw unknown(id);
    }
    count.changed();
    note(who, message, "replayed the dead letter " + id);
    return Response.status(Status.ACCEPTED).entity(new Done(id)).build();
  }

  /** Which one it was done to. */
  public record Done(String id) {}

  @POST
  @Path("replay")
  @Operation(summary = "Put all that are there now back into their queues, the oldest first")
  public DeadLetterStore.Replayed replayAll(@Context SecurityContext who) {
    DeadLetterStore.Replayed replayed = store.replayAll();
    count.changed();
    note(who, "replayed %d dead letters".formatted(replayed.replayed()));
    return replayed;
  }

  @DELETE
  @Path("{id}")
  @Operation(summary = "Throw a dead letter away, for good")
  public void discard(@PathParam("id") String id, @Context SecurityContext who) {
    StoredDeadLetter message = store.find(id).orElseThrow(() -> unknown(id));
    if (!store.discard(id)) {
      throw unknown(id);
    }
    count.changed();
    note(who, message, "discarded the dead letter " + id);
  }

  private static NotFoundException unknown(String id) {
    return new NotFoundException(
        "there is no dead letter %s; somebody else may have dealt with it".formatted(id));
  }

  /** In the history too of the app that it is about, if it tells and there is such an app. */
  private void note(SecurityContext who, StoredDeadLetter message, String what) {
    note(who, what);
    if (events.read(message.body(), EventKind.INSTALLED) instanceof AppEvent event) {
      event
          .name()
          .ifPresent(app -> operations.deadLetter(app, OperationsResource.actor(who), what));
    }
  }

  private static void note(SecurityContext who, String what) {
    LOG.info(() -> "%s %s".formatted(OperationsResource.actor(who), what));
  }
}
