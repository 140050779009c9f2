/**
 * What the end-to-end tests stand on: the real services, a stand-in for the platform, and the built
 * server in a process of its own.
 */
package io.appserver.orchestrator.e2e.support;
