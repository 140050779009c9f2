package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.model.AuthConfig;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.PullProgress;
import io.appserver.orchestrator.runtime.call.CallBudget;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The pulls under way: one for each image, however many wait for it. */
final class PullCoordinator {

  private final EngineCalls calls;
  private final Settings.Registry registry;
  private final Duration limit;
  private final InstantSource clock;
  private final Map<ImageReference, SharedPull> pulls = new HashMap<>();

  PullCoordinator(EngineCalls calls, Settings settings, InstantSource clock) {
    this.calls = calls;
    this.registry = settings.registry();
    this.limit = settings.timeouts().pull();
    this.clock = clock;
  }

  /** Pulls the image, or waits for the pull of it that is under way. */
  void pull(ImageReference reference, Cancellation cancellation) {
    if (cancellation.requested()) {
      throw new CancelledException("cancelled before the pull of " + reference);
    }
    var fresh = new SharedPull(reference, clock.instant(), calls, CallBudget.own(limit));
    SharedPull pull = join(fresh);
    try {
      if (pull == fresh) {
        pull.begin(client -> command(client, reference));
      }
      pull.await(cancellation);
    } finally {
      leave(pull);
    }
  }

  private synchronized SharedPull join(SharedPull fresh) {
    SharedPull running = pulls.get(fresh.reference());
    if (running != null && running.join()) {
      return running;
    }
    fresh.join();
    pulls.put(fresh.reference(), fresh);
    return fresh;
  }

  private void leave(SharedPull pull) {
    synchronized (this) {
      if (!pull.leave()) {
        return;
      }
      pulls.remove(pull.reference(), pull);
    }
    pull.close();
  }

  /** How far the pull of the image is. */
  synchronized Optional<PullProgress> progress(ImageReference reference) {
    return Optional.ofNullable(pulls.get(reference)).map(SharedPull::progress);
  }

  private PullImageCmd command(DockerClient client, ImageReference image) {
    var command =
        client.pullImageCmd(image.registry() + "/" + image.repository()).withTag(image.tag());
    registry
        .username()
        .filter(user -> image.registry().equals(registry.url()))
        .ifPresent(user ->
            command.withAuthConfig(
                new AuthConfig()
                    .withUsername(user)
                    .withPassword(registry.password().reveal())
                    .withRegistryAddress(registry.url())));
    return command;
  }
}
