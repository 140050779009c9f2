/** Reads the platform's tables. Nobody imports it: it is found by its interface. */
@NullMarked
package io.appserver.orchestrator.app.jpa;

import org.jspecify.annotations.NullMarked;
