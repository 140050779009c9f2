package io.appserver.orchestrator.runtime;

import java.util.List;

/** How an app is asked whether it is well. */
public sealed interface HealthCheck {

  /** {@code GET http://address:port path}; 2xx is well. */
  record Http(int port, String path) implements HealthCheck {}

  /**
   * As {@link Http}, for an app that was never told to have such a path: 404 means that it has
   * none, and no reply, or one that is not HTTP, that it speaks something else; then an open port
   * is enough.
   */
  record HttpOrOpenPort(int port, String path) implements HealthCheck {}

  /** An open port. */
  record Tcp(int port) implements HealthCheck {}

  /** The image's own HEALTHCHECK test, run in the container. */
  record Execute(List<String> test) implements HealthCheck {
    public Execute {
      test = List.copyOf(test);
    }
  }

  /** Running is enough. */
  record None() implements HealthCheck {}
}
