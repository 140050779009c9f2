/**
 * Keeps what {@code convergence} needs kept in PostgreSQL. Nobody imports it: it is found by its
 * interfaces.
 */
@NullMarked
package io.appserver.orchestrator.convergence.jpa;

import org.jspecify.annotations.NullMarked;
