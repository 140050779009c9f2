/**
 * An event as it arrives: fields, body and headers, read and judged. Knows no broker and no table.
 */
@NullMarked
package io.appserver.orchestrator.intake.event;

import org.jspecify.annotations.NullMarked;
