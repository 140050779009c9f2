package io.appserver.orchestrator.app;

/** How an app wants to be asked whether it is well. */
public enum HealthMode {
  /** By what is known of it: its settings, its image's HEALTHCHECK, else HTTP or an open port. */
  AUTO,
  /** By its image's HEALTHCHECK. */
  DOCKER,
  /** By a 2xx answer. */
  HTTP,
  /** By an open port. */
  TCP,
  /** Not at all: running is enough. */
  NONE
}
