package io.appserver.orchestrator.convergence.workload;

/** What an engine does by itself, or makes possible. */
public enum Capability {
  /** It keeps what should be, and works towards it while no orchestrator lives. */
  KEEPS_DESIRED_STATE,

  /** It restarts what ends. */
  RESTARTS_BY_ITSELF,

  /** It tests the health of what runs, and acts by it. */
  JUDGES_HEALTH,

  /** It chooses the machine that something runs on. */
  PLACES,

  /** Two versions of an app may run at the same time. */
  OVERLAPS,

  /** A command can be run in what runs: a HEALTHCHECK of the orchestrator's own. */
  EXECUTES,

  /** Images are pulled when the orchestrator says so. */
  PULLS,

  /** Apps on different machines reach each other by name. */
  NETWORK_SPANS_NODES,

  /** A volume follows its app to another machine. */
  VOLUMES_TRAVEL
}
