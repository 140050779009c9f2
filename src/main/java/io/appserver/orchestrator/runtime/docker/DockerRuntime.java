package io.appserver.orchestrator.runtime.docker;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.runtime.RuntimeControl;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.runtime.call.CallGuard;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;

/**
 * The adapter, put together by hand: for a plain JVM. In the server {@link DockerBeans} does it.
 */
public final class DockerRuntime implements AutoCloseable {

  private final EngineCalls calls;
  private final DockerRuntimeView view;
  private final DockerRuntimeControl control;

  private DockerRuntime(Settings settings, ExecutorService threads, EngineDeadlines deadlines) {
    this.calls = new EngineCalls(new DockerConnection(settings.engine()), threads, deadlines);
    var pulls = new PullCoordinator(calls, settings, InstantSource.system());
    this.view = new DockerRuntimeView(calls, pulls);
    this.control =
        new DockerRuntimeControl(CallGuard.withoutInterceptors(), calls, pulls, view, settings);
  }

  public static DockerRuntime connect(Settings settings, ExecutorService threads) {
    return connect(settings, threads, EngineDeadlines.STANDARD);
  }

  public static DockerRuntime connect(
      Settings settings, ExecutorService threads, EngineDeadlines deadlines) {
    return new DockerRuntime(settings, threads, deadlines);
  }

  public RuntimeView view() {
    return view;
  }

  /** The changing half. Nothing is retried here: the interceptors are the server's. */
  public RuntimeControl control() {
    return control;
  }

  @Override
  public void close() {
    calls.close();
  }
}
