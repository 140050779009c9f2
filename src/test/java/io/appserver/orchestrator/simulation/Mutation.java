package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.convergence.WorkStore;

/** A fault put into the store on purpose, to see that it is noticed. */
@FunctionalInterface
interface Mutation {

  Mutation NONE = store -> store;

  WorkStore of(WorkStore store);
}
