package io.appserver.orchestrator.rest.view;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.record.ConvergenceObserver;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.PullProgress;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The pulls that this instance has under way, by app. Another instance's are not seen here. */
@Singleton
public class Pulls implements ConvergenceObserver {

  private final RuntimeView runtime;
  private final Map<AppName, ImageReference> images = new ConcurrentHashMap<>();

  @Inject
  public Pulls(RuntimeView runtime) {
    this.runtime = runtime;
  }

  /**
   * How far a pull is.
   *
   * @param totalBytes of the layers whose size is known by now; what the image needs in the end may
   *     be more
   */
  public record Pull(
      Instant startedAt, long currentBytes, long totalBytes, List<PullProgress.Layer> layers) {
    static Pull of(PullProgress progress) {
      return new Pull(
          progress.startedAt(), progress.currentBytes(), progress.totalBytes(), progress.layers());
    }
  }

  @Override
  public void pulling(AppName app, ImageReference image) {
    images.put(app, image);
  }

  @Override
  public void pulled(AppName app, Duration took, boolean succeeded) {
    images.remove(app);
  }

  Optional<Pull> of(AppName app) {
    return Optional.ofNullable(images.get(app)).flatMap(runtime::pullProgress).map(Pull::of);
  }

  /** All of them, but for those that were broken off without a word. */
  public Map<AppName, Pull> all() {
    var all = new TreeMap<AppName, Pull>();
    images.forEach((app, image) ->
        runtime.pullProgress(image).ifPresent(progress -> all.put(app, Pull.of(progress))));
    return all;
  }
}
