package io.appserver.orchestrator.runtime;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The reading half of the runtime port. Nothing here changes what runs.
 *
 * <p>Every method throws {@link io.appserver.orchestrator.failure.DeploymentException} with {@code
 * runtime_unavailable} if the engine does not answer within the adapter's time for a call.
 */
public interface RuntimeView {

  /** So many apps may be tested for health, and as many waited for to end, at the same time. */
  int MOST_AT_ONCE = 512;

  EngineInfo engine();

  /** Asks the engine for a sign of life, the cheapest question there is. */
  default void ping() {
    engine();
  }

  Optional<ObservedContainer> inspect(ContainerId id);

  Optional<ObservedContainer> inspect(ContainerName name);

  /** This installation's containers for the app, running or not, whatever their names. */
  List<ObservedContainer> owned(String installation, AppName app);

  /** This installation's containers, running or not. */
  List<ObservedContainer> owned(String installation);

  /**
   * This installation's containers, running or not, by a single question: as much as the engine's
   * list has of each.
   */
  List<ListedContainer> list(String installation);

  /**
   * Tells the listener, in this thread, what happens at the engine, until the cancellation is
   * requested.
   *
   * @throws io.appserver.orchestrator.failure.DeploymentException with {@code runtime_unavailable}
   *     if the engine ends it, or it cannot be begun
   */
  void follow(EngineEvents listener, Cancellation cancellation);

  /** The image by its id or its reference, if the engine has it. */
  Optional<Image> image(String idOrReference);

  /**
   * The last lines of standard output and error, at most 16 KiB; empty if the container is gone.
   */
  String logs(ContainerId id, int lines);

  /**
   * Tells the listener, in this thread, each line of standard output and error: the last ones, and
   * those to come while it runs, until it ends, is gone, or the cancellation is requested.
   */
  void followLogs(
      ContainerId id, LogStart start, Consumer<LogLine> listener, Cancellation cancellation);

  /** The labels of the volume, if it is there. */
  Optional<Map<String, String>> volume(String name);

  /**
   * Waits until the container runs no more; false if it still does after that time. True if it is
   * gone.
   */
  boolean awaitExit(ContainerId id, Duration timeout);

  /**
   * Runs a HEALTHCHECK test ({@code CMD …} or {@code CMD-SHELL …}) in the container.
   *
   * @return its exit code; 124 if it took longer than the time-out, and than the container's own
   *     HEALTHCHECK may
   */
  int execute(ContainerId id, List<String> test, Duration timeout);

  /** All networks of that name, the oldest first: an engine allows several. */
  List<EngineNetwork> networks(String name);

  /** Whether a network of that name was there when the engine was asked for it last. */
  default boolean isNetworkKnown(String name) {
    return false;
  }

  /** How far the pull of that image is, if one is under way in this process. */
  Optional<PullProgress> pullProgress(ImageReference reference);
}
