package io.appserver.orchestrator.convergence.operation;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Signals;
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
   * it, for so long.
   */
  Presence supervise(String node, UUID instance, Duration ttl);

  /** The instance is about to end: another one may watch the node at once. */
  void handOver(String node, UUID instance);

  /** Marks the node as gone for good; no app is to go there any more. */
  void retire(String node);

  /**
   * What the open events of the node ask for, in the order in which they came.
   *
   * @param installed whether the app is to be installed; else it was uninstalled
   */
  record OpenEvent(AppName app, boolean installed) {}

  List<OpenEvent> openEvents(String node);

  /** The node's open events of that kind go to where they were signalled instead. */
  void readdress(String node, OpenEvent event, Signals.Signal signal);

  /** So do those of which the app is not known yet. */
  void readdress(String node, String target);
}
