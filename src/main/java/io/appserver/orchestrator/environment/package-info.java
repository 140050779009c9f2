/**
 * What a container gets to see of its surroundings: a pure function of the settings and the app.
 * Imports {@code configuration}, {@code app} and the names of {@code runtime}; for {@code
 * convergence}.
 */
@NullMarked
package io.appserver.orchestrator.environment;

import org.jspecify.annotations.NullMarked;
