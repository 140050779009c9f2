package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.rest.access.Roles;
import io.appserver.orchestrator.rest.problem.Problem;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.Provider;
import java.util.Set;

/** What changes something is for operators; a session is anybody's. */
@Provider
public class OperatorsOnly implements ContainerRequestFilter {

  private static final Set<String> READING =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  @Override
  public void filter(ContainerRequestContext request) {
    if (READING.contains(request.getMethod())
        || request.getUriInfo().getPath().matches("/?session")
        || request.getSecurityContext().isUserInRole(Roles.OPERATOR)) {
      return;
    }
    request.abortWith(
        Problem.of(
                Status.FORBIDDEN,
                "This account may look, and change nothing; log in as %s's account."
                    .formatted("APPSERVER_ADMIN_USER"))
            .response());
  }
}
