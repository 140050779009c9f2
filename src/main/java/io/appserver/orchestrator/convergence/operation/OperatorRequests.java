package io.appserver.orchestrator.convergence.operation;

import io.appserver.orchestrator.app.AppName;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What operators want, kept. Each method is one transaction, or part of the caller's. */
public interface OperatorRequests {

  OperatorRequest of(AppName app);

  /** Every app that is held. */
  Set<AppName> held();

  /** The holds, by app. */
  Map<AppName, Hold> holds();

  /** The nodes that apps are to go to. */
  Map<AppName, String> moves();

  /** Keeps the app stopped until released; a hold that is there is replaced. */
  void hold(AppName app, String actor, String reason);

  /** Whether it was held. */
  boolean release(AppName app);

  void move(AppName app, String node, String actor);

  /**
   * It goes to that node now, or cannot.
   *
   * @return whether it was still to go there
   */
  boolean moved(AppName app, String node);

  /** It need not go anywhere any more; returns whether it was to. */
  boolean stay(AppName app);

  /** Forgets that the app is held, and where it was to go. */
  void forget(AppName app);

  /**
   * Notes which apps of the node the platform has no row of now, and forgets those that it has one
   * of again.
   *
   * @return what is known of them, and of those whose removal was begun within the last hour
   */
  List<Orphan> orphans(String node, Set<AppName> now);

  /** The removal of the orphan is begun. */
  void orphanGoes(String node, AppName app);

  /** An operator says that the orphan may go, however many there are. */
  void allowOrphan(String node, AppName app, String actor);
}
