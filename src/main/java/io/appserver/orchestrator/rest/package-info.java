/**
 * The HTTP API: what operators and the console see and ask for. It reads what the other parts keep,
 * and asks them for what is to be done; nobody imports it.
 */
@NullMarked
package io.appserver.orchestrator.rest;

import org.jspecify.annotations.NullMarked;
