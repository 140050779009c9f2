package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppName;
import java.util.Set;

/** What operators want, kept. Each method is one transaction, or part of the caller's. */
public interface Wishes {

  Wish of(AppName app);

  /** Every app that is held. */
  Set<AppName> held();

  /** Keeps the app stopped until released; a hold that is there is replaced. */
  void hold(AppName app, String actor, String reason);

  /** Whether it was held. */
  boolean release(AppName app);

  void move(AppName app, String node, String actor);

  /** It is where it was to go, or need not go any more. */
  void moved(AppName app);
}
