package io.appserver.orchestrator.configuration;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All settings of the operator's, in the order in which README and {@code server.env} tell of them.
 */
final class Variables {

  private static final List<VariableGroup> OURS =
      List.of(
          BrokerVariables.SWITCHES,
          BrokerVariables.BROKER,
          DatabaseVariables.DATABASE,
          EngineVariables.ENGINE,
          EngineVariables.REGISTRY,
          ContainerVariables.CONTAINERS,
          TimeVariables.TIMES,
          ContainerVariables.APPS,
          LoginVariables.LOGINS);

  private Variables() {}

  /** Those of the server too. */
  static List<VariableGroup> groups() {
    return Stream.concat(OURS.stream(), Stream.of(ServerVariables.SERVER, ServerVariables.TRACES))
        .toList();
  }

  /** The names of those that the orchestrator reads. */
  static Set<String> names() {
    return OURS.stream()
        .flatMap(group -> group.variables().stream())
        .map(Variable::name)
        .collect(Collectors.toUnmodifiableSet());
  }
}
