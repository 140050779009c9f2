package io.appserver.orchestrator.convergence;

import java.util.Optional;

/**
 * What an operator wants of an app, besides what the platform says.
 *
 * @param held why it is to stay stopped, and who says so; empty unless it is held
 * @param moveTo the node it is to go to, until it is there
 * @param canMove whether that node could take it: it is alive, and not retired
 * @param purge whether a volume of an app of that name is to be removed, on whatever node
 */
public record Wish(Optional<String> held, Optional<String> moveTo, boolean canMove, boolean purge) {

  static final Wish NONE = new Wish(Optional.empty(), Optional.empty(), false, false);
}
