/**
 * How calls to an engine are tried again and bounded, the same for every engine. Only adapters of
 * the runtime port import this package.
 */
@NullMarked
package io.appserver.orchestrator.runtime.call;

import org.jspecify.annotations.NullMarked;
