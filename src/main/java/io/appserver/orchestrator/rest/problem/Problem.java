package io.appserver.orchestrator.rest.problem;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/**
 * Why a request was not done, as RFC 9457 has it.
 *
 * @param type where the code is explained; {@code about:blank} without one
 * @param title the kind of problem in a few words
 * @param status of HTTP, 400 to 599
 * @param detail what is wrong here, and what can be done
 * @param code the failure's word, where it has one
 */
public record Problem(String type, String title, int status, String detail, Optional<String> code) {

  static final MediaType MEDIA_TYPE = new MediaType("application", "problem+json", "UTF-8");

  public static Problem of(Response.StatusType status, String detail) {
    return new Problem(
        "about:blank", status.getReasonPhrase(), status.getStatusCode(), detail, Optional.empty());
  }

  public static Problem of(Response.StatusType status, String code, String detail) {
    return new Problem(
        "/api/v1/explanations/" + code,
        status.getReasonPhrase(),
        status.getStatusCode(),
        detail,
        Optional.of(code));
  }

  public Response response() {
    return Response.status(status).type(MEDIA_TYPE).entity(this).build();
  }
}
