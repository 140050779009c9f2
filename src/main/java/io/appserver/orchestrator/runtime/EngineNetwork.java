package io.appserver.orchestrator.runtime;

import java.util.List;

/**
 * A network of the engine.
 *
 * @param containers how many are attached to it, running or not, whosoever
 * @param subnets its address ranges, such as {@code 172.18.0.0/16}
 */
public record EngineNetwork(String id, String driver, int containers, List<String> subnets) {

  public EngineNetwork {
    subnets = List.copyOf(subnets);
  }
}
