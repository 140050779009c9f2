/**
 * Random histories: instances over the real database and an engine in memory, on a stage where one
 * thread acts at a time and the clock is the stage's. What happens follows from a seed alone.
 */
@NullMarked
package io.appserver.orchestrator.simulation;

import org.jspecify.annotations.NullMarked;
