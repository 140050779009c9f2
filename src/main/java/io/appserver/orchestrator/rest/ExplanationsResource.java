package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.failure.explanation.Explanation;
import io.appserver.orchestrator.failure.explanation.Explanations;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What the codes mean, and what to do. */
@Path("explanations")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "explanations")
public class ExplanationsResource {

  /** All of them. */
  public record ExplanationList(List<Explanation> items) {}

  @GET
  @Operation(summary = "Every code, explained")
  public ExplanationList all() {
    return new ExplanationList(Explanations.all());
  }

  @GET
  @Path("{code}")
  @Operation(summary = "One code, explained")
  public Explanation one(@PathParam("code") String code) {
    return Explanations.of(code)
        .orElseThrow(() -> new NotFoundException("there is no code " + code));
  }
}
