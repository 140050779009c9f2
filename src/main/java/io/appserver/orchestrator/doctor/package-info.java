/**
 * Looks at everything the orchestrator needs, once, when asked, and says what is wrong and what
 * cures it. Reads only. Imports the parts it examines; only {@code rest} may import it.
 */
@NullMarked
package io.appserver.orchestrator.doctor;

import org.jspecify.annotations.NullMarked;
