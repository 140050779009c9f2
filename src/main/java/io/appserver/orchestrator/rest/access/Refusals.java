package io.appserver.orchestrator.rest.access;

import jakarta.json.Json;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Problem details (RFC 9457) for what never gets as far as the API. */
final class Refusals {

  /**
   * One of them.
   *
   * @param status of HTTP
   * @param detail what is wrong, and what to do
   */
  record Refusal(int status, String detail) {}

  /** The password was not looked at. */
  static final String TOO_MANY_LOGINS =
      "Too many logins of this account from this address wait to be looked at; try again in a moment.";

  static final Refusal NOT_LOGGED_IN =
      new Refusal(
          401,
          "Log in with one of the accounts of APPSERVER_ADMIN_USER and APPSERVER_VIEWER_USER, or with a token of MP_JWT_VERIFY_ISSUER.");

  static final Refusal NO_ROLE =
      new Refusal(
          403,
          "The token is good and permits nothing: its claim groups has to name viewer or operator.");

  static final Refusal NO_KEYS =
      new Refusal(
          503,
          "The token cannot be verified, as the keys of its issuer cannot be read; the orchestrator's log says why.");

  static final Refusal TOO_MANY_ATTEMPTS = new Refusal(429, TOO_MANY_LOGINS);

  static final Refusal CROSS_SITE =
      new Refusal(
          403,
          "The request was made by a page of another site; changes are taken from the console's own pages and from programs.");

  static final Refusal TOO_LARGE =
      new Refusal(413, "Requests of the API have bodies of at most 64 KiB.");

  static final Refusal NO_LENGTH =
      new Refusal(
          411,
          "Say with Content-Length how long the body is; programs do so unless they send it in chunks.");

  static final Refusal SLOW =
      new Refusal(408, "The body of the request did not come within ten seconds.");

  static final Refusal FULL =
      new Refusal(503, "Too many requests are under way; try again in a moment.");

  static final Refusal OFF =
      new Refusal(
          404,
          "The API and the console are off, as nobody may log in: set APPSERVER_ADMIN_USER and APPSERVER_ADMIN_PASSWORD, or MP_JWT_VERIFY_ISSUER, and restart the orchestrator.");

  private Refusals() {}

  /**
   * @param reason a sentence without its end
   */
  static Refusal wrongToken(String reason) {
    return new Refusal(401, reason + ".");
  }

  static void send(HttpServletResponse response, Refusal refusal) {
    response.setStatus(refusal.status());
    response.setContentType("application/problem+json");
    response.setCharacterEncoding("UTF-8");
    response.setHeader("Cache-Control", "no-store");
    try {
      response
          .getWriter()
          .write(
              Json.createObjectBuilder()
                  .add("type", "about:blank")
                  .add("title", Status.fromStatusCode(refusal.status()).getReasonPhrase())
                  .add("status", refusal.status())
                  .add("detail", refusal.detail())
                  .build()
                  .toString());
      response.flushBuffer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
