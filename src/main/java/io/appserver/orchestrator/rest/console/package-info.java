/** The console's pages and their parts, as browsers get them. */
@NullMarked
package io.appserver.orchestrator.rest.console;

import org.jspecify.annotations.NullMarked;
