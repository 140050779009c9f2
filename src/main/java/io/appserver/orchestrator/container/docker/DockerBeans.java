package io.appserver.orchestrator.container.docker;

import io.appserver.orchestrator.configuration.Settings;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the adapter that need no interceptor; {@link DockerRuntimeControl} is a bean by
 * itself.
 */
@Dependent
class DockerBeans {

  @Resource private @Nullable ManagedExecutorService threads;

  @Produces
  @Singleton
  EngineCalls calls(Settings settings) {
    return new EngineCalls(
        new DockerConnection(settings.engine()),
        Objects.requireNonNull(threads),
        EngineDeadlines.STANDARD);
  }

  void close(@Disposes EngineCalls calls) {
    calls.close();
  }

  @Produces
  @Singleton
  PullCoordinator pulls(EngineCalls calls, Settings settings) {
    return new PullCoordinator(calls, settings, InstantSource.system());
  }

  @Produces
  @Singleton
  DockerRuntimeView view(EngineCalls calls, PullCoordinator pulls) {
    return new DockerRuntimeView(calls, pulls);
  }
}
