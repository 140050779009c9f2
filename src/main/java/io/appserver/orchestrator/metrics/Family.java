package io.appserver.orchestrator.metrics;

import java.util.List;

/**
 * Every family of figures, by the name it is scraped under. Labels take values of enumerations, and
 * what is none is {@value #OTHER}; only {@value #APP} takes names, as many as there are apps.
 */
enum Family {
  CONTAINER_STARTS(
      "orchestrator_container_starts_total",
      Type.COUNTER,
      "Containers that were started, or could not be.",
      Family.APP,
      "outcome"),
  CONTAINER_STOPS(
      "orchestrator_container_stops_total",
      Type.COUNTER,
      "Containers that were stopped: by their signal, or killed because they did not heed it.",
      Family.APP,
      "outcome"),
  CONTAINER_RESTARTS(
      "orchestrator_container_restarts_total",
      Type.COUNTER,
      "Restarts of containers that had been running, by what was wrong with them.",
      Family.APP,
      "reason"),
  HEALTH_CHECKS(
      "orchestrator_health_checks_total",
      Type.COUNTER,
      "Health probes of apps, by what they found.",
      Family.APP,
      "result"),
  PULL_DURATION(
      "orchestrator_pull_duration_seconds",
      Type.TIMER,
      "How long pulls of images took.",
      Family.APP,
      "outcome"),
  DEPLOYMENTS(
      "orchestrator_deployments",
      Type.GAUGE,
      "Deployments in each state, on all nodes; not a number while the database cannot be read.",
      "state"),
  DEPLOYMENT_FAILURES(
      "orchestrator_deployment_failures_total",
      Type.COUNTER,
      "Deployments that became failed, by reason code.",
      "reason"),
  LOOK_DURATION(
      "orchestrator_look_duration_seconds",
      Type.TIMER,
      "How long looks at an app took, waits for pulls and for health included, by what they came to.",
      "result"),
  APPS_IN_WORK("orchestrator_apps_in_work", Type.GAUGE, "Apps that are being worked on now."),
  APPS_WATCHED(
      "orchestrator_apps_watched",
      Type.GAUGE,
      "Healthy apps that this instance probes or hears of; 0 where another instance of the node does."),
  RECONCILIATION_DURATION(
      "orchestrator_reconciliation_duration_seconds",
      Type.TIMER,
      "How long reconciliations took until every app was looked at, or their time was over.",
      "outcome"),
  HOST_TROUBLE(
      "orchestrator_host_trouble",
      Type.GAUGE,
      "1 while failing health checks are taken for trouble of the host or the engine, and nothing is restarted for them; else 0."),
  NODES(
      "orchestrator_nodes",
      Type.GAUGE,
      "Nodes of this installation, as an instance that watches sees them.",
      "state"),
  EVENTS_RECEIVED(
      "orchestrator_events_received_total",
      Type.COUNTER,
      "Events read from the queues: taken, or rejected with a reason code.",
      "kind",
      "outcome"),
  EVENT_REDELIVERIES(
      "orchestrator_event_redeliveries_total",
      Type.COUNTER,
      "Messages that the broker delivered again.",
      "kind"),
  DEAD_LETTERS(
      "orchestrator_dead_letters_total",
      Type.COUNTER,
      "Dead letters the broker has confirmed, by reason code.",
      "reason"),
  OUTBOX_WAITING(
      "orchestrator_outbox_waiting",
      Type.GAUGE,
      "Dead letters written and not confirmed by the broker yet; not a number while the database cannot be read.");

  static final String APP = "app";
  static final String OTHER = "other";

  /** What Prometheus makes of it: a timer is printed as a histogram. */
  enum Type {
    COUNTER,
    TIMER,
    GAUGE
  }

  private final String scrapedName;
  private final Type type;
  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> labels;

  Family(String scrapedName, Type type, String description, String... labels) {
    this.scrapedName = scrapedName;
    this.type = type;
    this.description = description;
    this.labels = List.of(labels);
  }

  String scrapedName() {
    return scrapedName;
  }

  Type type() {
    return type;
  }

  String description() {
    return description;
  }

  List<String> labels() {
    return labels;
  }

  void require(Type wanted) {
    if (type != wanted) {
      throw new IllegalArgumentException("%s is no %s".formatted(this, wanted));
    }
  }

  /** The labels those values are for, in the same order. */
  List<String> labelled(String... values) {
    if (values.length != labels.size()) {
      throw new IllegalArgumentException("%s has the labels %s".formatted(this, labels));
    }
    return labels;
  }
}
