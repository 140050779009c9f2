package io.appserver.orchestrator.runtime;

import io.appserver.orchestrator.app.ContainerId;
import java.util.Map;

/**
 * The changing half of the runtime port, for {@code convergence} alone. Existing things are named
 * by their id; only a create uses a name. Already done is success.
 *
 * <p>Failures are {@link io.appserver.orchestrator.failure.DeploymentException}s; a call that got
 * no answer in time is an {@link io.appserver.orchestrator.failure.UnansweredCallException}.
 */
public interface RuntimeControl {

  /**
   * Pulls the image with the registry's credentials. Those who ask for the same image at the same
   * time share one pull; it is given up when the last of them cancels.
   *
   * @throws CancelledException if the cancellation is requested meanwhile
   */
  Image pull(ImageReference reference, Cancellation cancellation);

  /** Makes the network unless one of that name is there; never a second of the name. */
  void ensureNetwork(String name, Map<String, String> labels);

  /** Makes the volume unless it is there; true if it was made now. */
  boolean ensureVolume(String name, Map<String, String> labels);

  /** Removes a volume that nothing uses; nothing happens if it is not there. */
  void removeVolume(String name);

  CreateResult create(ContainerSpec spec);

  void start(ContainerId id);

  /**
   * Sends the image's stop signal, and does not wait. Nothing happens if it does not run or is
   * gone.
   */
  void terminate(ContainerId id);

  /** Sends SIGKILL. Nothing happens if it does not run or is gone. */
  void kill(ContainerId id);

  /**
   * Removes the container, killing it if it runs; nothing happens if it is gone. No volume goes
   * with it, an anonymous one neither.
   */
  void remove(ContainerId id);

  void rename(ContainerId id, ContainerName name);

  /** Lets a paused container go on; nothing happens if it is not paused. */
  void resume(ContainerId id);

  /**
   * Puts a container back into the network that it was made for, while it runs; nothing happens if
   * it is in it.
   */
  void reconnect(ContainerId id);
}
