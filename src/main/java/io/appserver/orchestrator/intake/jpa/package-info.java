/**
 * Keeps what {@code intake} needs kept in PostgreSQL. Nobody imports it: it is found by its
 * interface.
 */
@NullMarked
package io.appserver.orchestrator.intake.jpa;

import org.jspecify.annotations.NullMarked;
