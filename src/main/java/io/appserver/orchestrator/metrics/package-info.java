/**
 * The figures at {@code /metrics}: what convergence and intake tell their observers, counted, and
 * what is stored, read in the background. Every family stands in {@link
 * io.appserver.orchestrator.metrics.Family} and in {@code docs/metrics.md}. Imports the parts it
 * counts; nobody imports it.
 */
@NullMarked
package io.appserver.orchestrator.metrics;

import org.jspecify.annotations.NullMarked;
