/** What happens, as it happens: server-sent events and logs. */
@NullMarked
package io.appserver.orchestrator.rest.stream;

import org.jspecify.annotations.NullMarked;
