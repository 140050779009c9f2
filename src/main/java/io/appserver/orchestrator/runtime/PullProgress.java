package io.appserver.orchestrator.runtime;

import java.time.Instant;
import java.util.List;

/** How far a pull is. */
public record PullProgress(ImageReference reference, Instant startedAt, List<Layer> layers) {
  public PullProgress {
    layers = List.copyOf(layers);
  }

  /**
   * One layer of it.
   *
   * @param status the engine's own word, such as {@code Downloading}
   * @param currentBytes bytes of the current status so far
   * @param totalBytes bytes in all; 0 while unknown
   */
  public record Layer(String id, String status, long currentBytes, long totalBytes) {}

  public long currentBytes() {
    return layers.stream().mapToLong(Layer::currentBytes).sum();
  }

  public long totalBytes() {
    return layers.stream().mapToLong(Layer::totalBytes).sum();
  }
}
