package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.runtime.RuntimeView;

/**
 * How many work at once.
 *
 * @param looks so many workers look at once: fewer than the database has connections for. What they
 *     wait for and what they ask the engine does not count.
 * @param workers at most, those included that wait: each has a thread. Then those that have waited
 *     longest give way to who has something to do.
 */
record WorkerLimits(int looks, int workers) {

  static final WorkerLimits USUAL = new WorkerLimits(12, RuntimeView.MOST_AT_ONCE);
}
