/** What a registry is asked by the orchestrator itself, over HTTP; found by its interface. */
@NullMarked
package io.appserver.orchestrator.runtime.image;

import org.jspecify.annotations.NullMarked;
