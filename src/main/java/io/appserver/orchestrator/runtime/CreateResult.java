package io.appserver.orchestrator.runtime;

import io.appserver.orchestrator.app.ContainerId;

/**
 * What became of a create: the name is the compare-and-swap, so losing it is an answer, not an
 * error.
 */
public sealed interface CreateResult {

  record Created(ContainerId id) implements CreateResult {}

  /** Another container has the name. */
  record NameTaken() implements CreateResult {}
}
