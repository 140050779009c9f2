package io.appserver.orchestrator.rest.problem;

import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.operation.OperationRefusedException;
import io.appserver.orchestrator.convergence.work.NotStartedException;
import io.appserver.orchestrator.failure.Causes;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.intake.deadletter.DeadLetterException;
import jakarta.ejb.EJBException;
import jakarta.json.bind.JsonbException;
import jakarta.persistence.PersistenceException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.sql.SQLException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Makes problem details of whatever a request ends with. */
@Provider
public class Problems implements ExceptionMapper<Throwable> {

  private static final Logger LOG = Logger.getLogger(Problems.class.getName());

  @Override
  public Response toResponse(Throwable thrown) {
    Response response = of(thrown).response();
    String retryAfter =
        thrown instanceof ServiceUnavailableException busy
            ? busy.getResponse().getHeaderString(HttpHeaders.RETRY_AFTER)
            : null;
    return retryAfter == null
        ? response
        : Response.fromResponse(response).header(HttpHeaders.RETRY_AFTER, retryAfter).build();
  }

  /** The problem that it is; only a fault of our own is logged. */
  public static Problem of(Throwable thrown) {
    return Causes.of(thrown)
        .flatMap(cause -> Optional.ofNullable(known(cause)).stream())
        .findFirst()
        .orElseGet(() -> fault(thrown));
  }

  private static Problem fault(Throwable thrown) {
    LOG.log(Level.SEVERE, "a request failed by a fault of the orchestrator", thrown);
    return Problem.of(
        Status.INTERNAL_SERVER_ERROR,
        FailureCode.INTERNAL_ERROR.code(),
        "A fault of the orchestrator; its log says more.");
  }

  private static @Nullable Problem known(Throwable thrown) {
    return switch (thrown) {
      // what is no number, say, where one is wanted: the standard has it as not found
      case NotFoundException unread when unread.getCause() instanceof IllegalArgumentException ->
          Problem.of(
              Status.BAD_REQUEST,
              "A parameter has a value that it cannot have; see /api/v1/openapi.");
      case WebApplicationException refused when isTheServersOwn(refused) ->
          Problem.of(
              refused.getResponse().getStatusInfo(),
              "There is nothing here that takes such a request; see /api/v1/openapi.");
      case WebApplicationException refused ->
          Problem.of(refused.getResponse().getStatusInfo(), words(refused));
      case OperationRefusedException refused -> Problem.of(Status.CONFLICT, words(refused));
      case DeploymentException failed ->
          Problem.of(
              failed.code().isOfHost() ? Status.SERVICE_UNAVAILABLE : Status.CONFLICT,
              failed.code().code(),
              words(failed));
      case PlatformUnavailableException away ->
          Problem.of(Status.SERVICE_UNAVAILABLE, FailureCode.PLATFORM_SCHEMA.code(), words(away));
      case DeadLetterException away -> Problem.of(Status.SERVICE_UNAVAILABLE, words(away));
      case JsonbException unread -> unreadable();
      case ProcessingException unread -> unreadable();
      case NotStartedException early ->
          Problem.of(Status.SERVICE_UNAVAILABLE, "The orchestrator is still starting, or stops.");
      case PersistenceException away -> databaseAway();
      case SQLException away -> databaseAway();
      case EJBException wrapped when wrapped.getCause() == null -> databaseAway();
      default -> null;
    };
  }

  /** The server's own words are about its insides. */
  private static boolean isTheServersOwn(WebApplicationException refused) {
    return words(refused).startsWith("RESTEASY") || words(refused).startsWith("HTTP ");
  }

  private static Problem unreadable() {
    return Problem.of(
        Status.BAD_REQUEST, "The body is not the JSON that this takes; see /api/v1/openapi.");
  }

  private static Problem databaseAway() {
    return Problem.of(
        Status.SERVICE_UNAVAILABLE, "The database does not answer; see /api/v1/doctor.");
  }

  private static String words(Throwable thrown) {
    return String.valueOf(thrown.getMessage());
  }
}
