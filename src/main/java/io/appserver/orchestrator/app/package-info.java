/**
 * What the platform says about apps: identity, whether it should run, settings, dependencies; and
 * the identity of an app's container, which the row and the engine both tell. The platform's tables
 * are only read; which of them were seen is remembered in one of ours. Imports nothing of the
 * orchestrator but {@code configuration}.
 */
@NullMarked
package io.appserver.orchestrator.app;

import org.jspecify.annotations.NullMarked;
