package io.appserver.orchestrator.convergence.work;

import java.util.UUID;

/**
 * Who acts.
 *
 * @param installation marks the containers of this installation, on whatever node
 * @param node the engine this instance works on
 * @param instance this process, new at every start
 */
public record Identity(String installation, String node, UUID instance) {}
