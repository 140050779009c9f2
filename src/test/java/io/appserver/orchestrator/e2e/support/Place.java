package io.appserver.orchestrator.e2e.support;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Where a server runs, and how the services are reached from there.
 *
 * @param command stands before the server's own command
 * @param host the address it listens on, reachable from here
 * @param settings what it is told instead of the usual
 * @param broker the broker's address as seen from there
 */
record Place(
    List<String> command, String host, Map<String, String> settings, UnaryOperator<URI> broker) {

  /** Beside the tests. */
  static final Place HERE = new Place(List.of(), "127.0.0.1", Map.of(), UnaryOperator.identity());
}
