/** The registry that images are pulled from, as it is asked over HTTP. */
@NullMarked
package io.appserver.orchestrator.runtime.registry;

import org.jspecify.annotations.NullMarked;
