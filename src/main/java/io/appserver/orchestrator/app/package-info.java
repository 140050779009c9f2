/**
 * What the platform says about apps: identity, whether it should run, settings, dependencies. Read
 * only. Imports nothing of the orchestrator but {@code configuration}.
 */
@NullMarked
package io.appserver.orchestrator.app;

import org.jspecify.annotations.NullMarked;
