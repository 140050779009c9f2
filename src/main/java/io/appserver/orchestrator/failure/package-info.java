/**
 * Why something did not work: one code, its retry rule and its cure, in one place; and the text
 * that may be stored. Imports {@code app} alone.
 */
@NullMarked
package io.appserver.orchestrator.failure;

import org.jspecify.annotations.NullMarked;
