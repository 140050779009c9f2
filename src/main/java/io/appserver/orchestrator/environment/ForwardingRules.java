package io.appserver.orchestrator.environment;

import java.util.List;

/**
 * Which of the orchestrator's own variables an app gets to see under the same name. A star stands
 * for any ending. Never beats always; what is in neither list is not forwarded.
 */
final class ForwardingRules {

  private static final List<String> ALWAYS =
      List.of(
          "APPSERVER_DB_*", // scoped database access
          "APPSERVER_REDIS_*", // scoped Redis access
          "APPSERVER_EVENTBUS_*",
          "APPSERVER_HTTP_URL",
          "APPSERVER_GRPC_ADDRESS");

  private static final List<String> NEVER =
      List.of(
          "POSTGRES_*", // direct credentials
          "REDIS_*",
          "KRATOS_*", // direct access to the identity services
          "HYDRA_*",
          "APPSERVER_RABBITMQ_URL", // the orchestrator's own affairs
          "APPSERVER_DOCKER_*",
          "APPSERVER_ORCHESTRATOR_*");

  private ForwardingRules() {}

  static boolean forwards(String variable) {
    return matches(ALWAYS, variable) && !matches(NEVER, variable);
  }

  private static boolean matches(List<String> rules, String variable) {
    return rules.stream()
        .anyMatch(rule ->
            rule.endsWith("*")
                ? variable.startsWith(rule.substring(0, rule.length() - 1))
                : variable.equals(rule));
  }
}
