/**
 * What the orchestrator made of an app: the row the guide's queries read, its states and the
 * transitions between them, why something failed, and the history. Imports {@code app}.
 */
@NullMarked
package io.appserver.orchestrator.deployment;

import org.jspecify.annotations.NullMarked;
