/**
 * What the orchestrator made of an app: the row the guide's queries read, its states and the
 * transitions between them, and the history. Imports {@code app} and {@code failure}.
 */
@NullMarked
package io.appserver.orchestrator.deployment;

import org.jspecify.annotations.NullMarked;
