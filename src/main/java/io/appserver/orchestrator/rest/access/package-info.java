/** Who may use the HTTP API and the console, and what every answer says to a browser. */
@NullMarked
package io.appserver.orchestrator.rest.access;

import org.jspecify.annotations.NullMarked;
