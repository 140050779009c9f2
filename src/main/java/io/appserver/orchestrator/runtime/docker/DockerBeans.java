package io.appserver.orchestrator.runtime.docker;

import io.appserver.orchestrator.configuration.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The parts of the adapter that the server closes; {@link DockerRuntimeControl} is a bean itself.
 */
@Dependent
class DockerBeans {

  /**
   * One for each connection that there may be, so that no use takes another's; and some more, for
   * the stream of events and for calls that are given up and about to end.
   */
  private static final int MOST_THREADS =
      Arrays.stream(DockerConnection.Use.values()).mapToInt(DockerConnection.Use::places).sum()
          + 16;

  private static final Duration KEPT = Duration.ofMinutes(1);

  @Produces
  @Singleton
  EngineCalls calls(Settings settings, ThreadFactory factory) {
    return new EngineCalls(
        new DockerConnection(settings.engine()), threads(factory), EngineDeadlines.STANDARD);
  }

  /**
   * Threads of their own, not the server's: requests that somebody sends by halves, or any other
   * load of the server, must not keep a call from being made. A call that finds none is refused at
   * once and has not begun; none waits in a queue.
   */
  private static ExecutorService threads(ThreadFactory factory) {
    return new ThreadPoolExecutor(
        0, MOST_THREADS, KEPT.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
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
