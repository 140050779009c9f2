/** What a refused or failed request answers (RFC 9457). */
@NullMarked
package io.appserver.orchestrator.rest.problem;

import org.jspecify.annotations.NullMarked;
