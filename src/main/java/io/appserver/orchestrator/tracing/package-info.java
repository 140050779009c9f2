/**
 * Traces by OpenTelemetry, where the server has MicroProfile Telemetry switched on: what intake and
 * convergence tell their observers, as spans. One trace reaches from the event over the database,
 * where the event keeps its context, to the container's health. Imports the parts it traces; nobody
 * imports it.
 */
@NullMarked
package io.appserver.orchestrator.tracing;

import org.jspecify.annotations.NullMarked;
