/**
 * What {@code script/bench console} measures with: the console in a real browser and the list of
 * the API, on a server that the script has started. Nothing here passes or fails.
 */
package io.appserver.orchestrator.e2e.bench;
