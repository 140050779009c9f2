/**
 * The broker's side of {@code intake}: what is declared there, consuming, publishing dead letters.
 */
@NullMarked
package io.appserver.orchestrator.intake.amqp;

import org.jspecify.annotations.NullMarked;
