package io.appserver.orchestrator.convergence.workload;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.convergence.decide.Seen;
import java.util.List;

/** What an engine has of one app: only what bears this installation's labels and the app's name. */
public interface Workload {

  /** What of it runs, or did. */
  List<Seen> instances();

  /** The highest fence that anything of it bears; 0 if nothing does. */
  long fence();

  /** The part of it that was not made for the app with that id. */
  Workload ofOthersThan(AppId app);

  default boolean isEmpty() {
    return instances().isEmpty();
  }
}
