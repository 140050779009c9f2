/**
 * Keeps what {@code deployment} needs kept in PostgreSQL. Nobody imports it: it is found by its
 * interfaces.
 */
@NullMarked
package io.appserver.orchestrator.deployment.jpa;

import org.jspecify.annotations.NullMarked;
