package io.appserver.orchestrator.e2e.support;

import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands out the one platform of this test run. */
final class SharedPlatform implements ParameterResolver {

  /** In the environment of the shared server: what no app may see, and one that every app shall. */
  private static final Map<String, String> PLANTED =
      Map.of(
          "POSTGRES_PASSWORD", "planted-postgres",
          "REDIS_URL", "redis://planted",
          "KRATOS_ADMIN_URL", "http://planted-kratos",
          "HYDRA_ADMIN_URL", "http://planted-hydra",
          "AWS_SECRET_ACCESS_KEY", "planted-aws",
          "APPSERVER_REDIS_HOST", "redis.platform");

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Platform.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // The store closes it at the end of the run.
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedPlatform.class))
        .getOrComputeIfAbsent(
            Platform.class, key -> Platform.start("shared", PLANTED), Platform.class);
  }
}
