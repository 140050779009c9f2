package io.appserver.orchestrator.convergence;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** The nodes of this installation. Each method is one transaction, or part of the caller's. */
public interface Nodes {

  /** A node that was not seen for so long is dead. */
  Duration PATIENCE = Duration.ofSeconds(30);

  List<Node> all();

  /**
   * Says that an instance of the node is alive, and asks to be the one that watches and reconciles
   * it.
   *
   * @return whether it is that one, for so long
   */
  boolean supervise(String node, UUID instance, Duration ttl);

  /** Lets another instance watch it at once. */
  void handOver(String node, UUID instance);

  /** Marks the node as gone for good; no app is to go there any more. */
  void retire(String node);
}
