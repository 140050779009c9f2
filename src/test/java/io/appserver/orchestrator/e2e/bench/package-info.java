/**
 * What {@code script/bench} measures with, on a server that the script has started: installs beside
 * the engine alone, the console in a real browser, the list of the API. Nothing here passes or
 * fails.
 */
package io.appserver.orchestrator.e2e.bench;
