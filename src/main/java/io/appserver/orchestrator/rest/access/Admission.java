package io.appserver.orchestrator.rest.access;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Whether somebody who was let in may stay: what goes on after its request, such as a stream, ends
 * with the session or the token that it was begun with.
 */
@FunctionalInterface
public interface Admission {

  /** As long as the server runs: of a password, which can be shown again at any time. */
  Admission LASTING = () -> true;

  boolean holds();

  /** That of the request. */
  static Admission of(HttpServletRequest request) {
    return request.getAttribute(Admission.class.getName()) instanceof Admission admission
        ? admission
        : LASTING;
  }

  /** Notes it for the rest of the request. */
  default void noteIn(HttpServletRequest request) {
    request.setAttribute(Admission.class.getName(), this);
  }
}
