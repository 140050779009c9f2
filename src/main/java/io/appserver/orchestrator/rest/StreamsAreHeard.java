package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.rest.problem.Problem;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.Provider;
import java.util.List;

/** Refuses HEAD of a stream: its body would go nowhere, and its end would never be noticed. */
@Provider
public class StreamsAreHeard implements ContainerRequestFilter {

  @Context
  @SuppressWarnings("NullAway.Init")
  private ResourceInfo resource;

  @Override
  public void filter(ContainerRequestContext request) {
    Produces produces = resource.getResourceMethod().getAnnotation(Produces.class);
    if (request.getMethod().equals(HttpMethod.HEAD)
        && produces != null
        && List.of(produces.value()).contains(MediaType.SERVER_SENT_EVENTS)) {
      request.abortWith(
          Problem.of(Status.METHOD_NOT_ALLOWED, "A stream of events has no head alone; use GET.")
              .response());
    }
  }
}
