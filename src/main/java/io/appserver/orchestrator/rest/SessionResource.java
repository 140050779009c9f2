package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.rest.access.Login;
import io.appserver.orchestrator.rest.access.Roles;
import io.appserver.orchestrator.rest.problem.Problem;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Logging in and out, for browsers. */
@Path("session")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "session")
public class SessionResource {

  private final Login login;

  @Inject
  public SessionResource(Login login) {
    this.login = login;
  }

  /** What one logs in with. */
  public record Credentials(@Nullable String user, @Nullable String password) {}

  /** Who is logged in. */
  public record Session(String user, List<String> roles) {}

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Log in", description = "Answers with a cookie that stands for the login.")
  @APIResponse(responseCode = "204", description = "logged in")
  @APIResponse(responseCode = "401", description = "wrong name or password")
  @APIResponse(
      responseCode = "429",
      description =
          "too many attempts of this account from this address wait; Retry-After says when to come back")
  public Response logIn(Credentials credentials, @Context HttpServletRequest request) {
    if (credentials == null || credentials.user() == null || credentials.password() == null) {
      return Problem.of(Status.BAD_REQUEST, "user and password are needed").response();
    }
    return switch (login.logIn(request, credentials.user(), credentials.password())) {
      case WELCOME -> Response.noContent().build();
      case WRONG ->
          Problem.of(Status.UNAUTHORIZED, "The name or the password is wrong.").response();
      case TOO_MANY ->
          Response.fromResponse(Problem.of(Status.TOO_MANY_REQUESTS, Login.TOO_MANY).response())
              .header(HttpHeaders.RETRY_AFTER, Login.RETRY_AFTER)
              .build();
    };
  }

  @GET
  @Operation(summary = "Who is logged in")
  @APIResponse(responseCode = "401", description = "nobody")
  public Session current(@Context SecurityContext security) {
    if (security.getUserPrincipal() == null) {
      throw new jakarta.ws.rs.NotAuthorizedException(
          "Nobody is logged in.", Response.status(Status.UNAUTHORIZED).build());
    }
    return new Session(
        security.getUserPrincipal().getName(),
        Stream.of(Roles.VIEWER, Roles.OPERATOR).filter(security::isUserInRole).toList());
  }

  @DELETE
  @Operation(summary = "Log out")
  @APIResponse(responseCode = "204", description = "logged out")
  public void logOut(@Context HttpServletRequest request) {
    login.logOut(request);
  }
}
