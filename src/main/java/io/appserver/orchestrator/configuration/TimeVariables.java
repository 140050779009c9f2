package io.appserver.orchestrator.configuration;

import static io.appserver.orchestrator.configuration.ValueFormats.FLAG;
import static io.appserver.orchestrator.configuration.ValueFormats.daysOr;
import static io.appserver.orchestrator.configuration.ValueFormats.duration;
import static io.appserver.orchestrator.configuration.ValueFormats.integer;

import java.time.Duration;

/** How long something may take, how often it is done, how long it is kept. */
final class TimeVariables {

  static final VariableGroup TIMES = new VariableGroup("Times and limits");

  /** At least 2 s: it must be longer than the pause before a pull is tried again, which is 1 s. */
  static final Variable<Duration> PULL_TIMEOUT =
      TIMES.of("APPSERVER_DOCKER_PULL_TIMEOUT", duration("2s", "24h"), "10m", "of one pull");

  static final Variable<Duration> START_TIMEOUT =
      TIMES.of(
          "APPSERVER_DOCKER_START_TIMEOUT",
          duration("1s", "1h"),
          "2m",
          "from start to healthy; as long at most, before that, for the engine to start it");

  static final Variable<Duration> STOP_TIMEOUT =
      TIMES.of(
          "APPSERVER_DOCKER_STOP_TIMEOUT",
          duration("1s", "1h"),
          "10s",
          "from the stop signal to the kill");

  static final Variable<Duration> HEALTH_CHECK_INTERVAL =
      TIMES.of(
          "APPSERVER_DOCKER_HEALTH_CHECK_INTERVAL",
          duration("100ms", "1h"),
          "30s",
          "between two checks of an app that runs; told to the engine for images with a `HEALTHCHECK`");

  static final Variable<Duration> HEALTH_CHECK_TIMEOUT =
      TIMES.of(
          "APPSERVER_DOCKER_HEALTH_CHECK_TIMEOUT",
          duration("100ms", "10m"),
          "5s",
          "of one probe; an image's own `HEALTHCHECK --timeout` counts if it is longer");

  static final Variable<Integer> HEALTH_CHECK_RETRIES =
      TIMES.of(
          "APPSERVER_DOCKER_HEALTH_CHECK_RETRIES",
          integer(1, 1000),
          "3",
          "failed checks in a row before an app is restarted; `HEALTHCHECK --retries` counts if it is more");

  static final Variable<Integer> MAX_RESTARTS =
      TIMES.of(
          "APPSERVER_DOCKER_MAX_RESTARTS",
          integer(0, 1000),
          "3",
          "of an app that had been healthy");

  static final Variable<Integer> MAX_CONCURRENT_DEPLOYMENTS =
      TIMES.of(
          "APPSERVER_DOCKER_MAX_CONCURRENT_DEPLOYMENTS",
          integer(1, Settings.Containers.MOST_CONCURRENT_DEPLOYMENTS),
          "4",
          "so many images are pulled at once, and so many calls to the engine of each kind (install, start again, stop or remove) are under way; waits do not count, nor do up to 32 calls of a kind that take longer than 15 s");

  static final Variable<Duration> RECONCILE_TIMEOUT =
      TIMES.of(
          "APPSERVER_DOCKER_RECONCILE_TIMEOUT",
          duration("1s", "1h"),
          "2m",
          "what is left of a reconciliation then goes on without order, and is reported");

  static final Variable<Duration> RECONCILE_INTERVAL =
      TIMES.of(
          "APPSERVER_DOCKER_RECONCILE_INTERVAL",
          duration("1s", "24h"),
          "5m",
          "how often containers are compared with the database, besides at start and after outages");

  static final Variable<Boolean> ORPHAN_DRY_RUN =
      TIMES.of(
          "APPSERVER_DOCKER_ORPHAN_DRY_RUN",
          FLAG,
          "false",
          "say which containers of apps without any row would be removed, instead of removing them. They are removed after 10 minutes, a tenth of the apps in an hour; many at once only by [an operator's word](docs/operations.md#apps-without-a-row)");

  static final Variable<Duration> HISTORY_RETENTION =
      TIMES.of(
          "APPSERVER_HISTORY_RETENTION",
          daysOr(duration("1h", "87600h")),
          "2160h",
          "how long it is kept what happened: history, closed events, and what nothing needs any more (stopped deployments without data, requests and work rows of apps that are gone)");

  private TimeVariables() {}
}
