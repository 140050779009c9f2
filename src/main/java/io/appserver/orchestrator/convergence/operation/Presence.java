package io.appserver.orchestrator.convergence.operation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an instance learns when it says that it is alive.
 *
 * @param watches whether it is the one that watches its node now
 * @param row what is written of its node; empty if nobody has that name any more
 * @param nodes all of them
 */
public record Presence(boolean watches, Optional<Row> row, List<Node> nodes) {

  public Presence {
    nodes = List.copyOf(nodes);
  }

  /**
   * What is written of a node. Times are the database's, in µs.
   *
   * @param engineId of the engine that has the name
   * @param seenBefore when an instance of the node had said last that it is alive
   * @param seenNow when this one has
   */
  public record Row(String engineId, Instant seenBefore, Instant seenNow) {}
}
