package io.appserver.orchestrator.convergence.operation;

import java.util.Optional;

/**
 * What an operator wants of an app, besides what the platform says.
 *
 * @param held why it is to stay stopped, and who says so; empty unless it is held
 * @param moveTo the node it is to go to, until it is there
 * @param canMove whether that node could take it: it is alive, and not retired
 * @param purge whether a volume of an app of that name is to be removed, on whatever node
 */
public record OperatorRequest(
    Optional<String> held, Optional<String> moveTo, boolean canMove, boolean purge) {

  public static final OperatorRequest NONE =
      new OperatorRequest(Optional.empty(), Optional.empty(), false, false);
}
