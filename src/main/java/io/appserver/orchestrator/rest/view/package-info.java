/** What the API shows of apps, and the memory it is shown from. */
@NullMarked
package io.appserver.orchestrator.rest.view;

import org.jspecify.annotations.NullMarked;
