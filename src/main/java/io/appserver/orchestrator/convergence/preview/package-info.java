/** What a look would do, in words, without doing it. */
@NullMarked
package io.appserver.orchestrator.convergence.preview;

import org.jspecify.annotations.NullMarked;
