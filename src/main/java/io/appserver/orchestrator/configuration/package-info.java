/**
 * What the operator set: immutable records read once from {@code APPSERVER_*}. Imports no other
 * package of the orchestrator; anyone may import it.
 */
@NullMarked
package io.appserver.orchestrator.configuration;

import org.jspecify.annotations.NullMarked;
