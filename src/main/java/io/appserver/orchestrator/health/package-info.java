/**
 * The health of the orchestrator itself, for whoever runs it: does it work, what keeps it from
 * being ready, has it started. The parts are asked in the background, so an answer never waits for
 * one of them, and asking changes nothing. Imports the parts it speaks of; nobody imports it.
 */
@NullMarked
package io.appserver.orchestrator.health;

import org.jspecify.annotations.NullMarked;
