package io.appserver.orchestrator.e2e.support;

import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands out the platforms that the tests of this run share. */
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
    Class<?> type = parameter.getParameter().getType();
    return type == Platform.class || type == EverythingOn.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // The store closes them at the end of the run.
    var store = context.getRoot().getStore(ExtensionContext.Namespace.create(SharedPlatform.class));
    return parameter.getParameter().getType() == Platform.class
        ? store.getOrComputeIfAbsent(
            Platform.class, key -> Platform.start("shared", PLANTED), Platform.class)
        : store.getOrComputeIfAbsent(
            EverythingOn.class, key -> EverythingOn.start(), EverythingOn.class);
  }
}
