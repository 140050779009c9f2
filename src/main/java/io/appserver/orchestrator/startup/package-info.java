/**
 * From process start to the first event and back: the gate that refuses to start, the waits for
 * what may come up later, the order in which the parts start and stop. Imports every part; {@code
 * health} and {@code metrics} ask it how far it is.
 */
@NullMarked
package io.appserver.orchestrator.startup;

import org.jspecify.annotations.NullMarked;
