package io.appserver.orchestrator.testing;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.RuntimeControl;
import io.appserver.orchestrator.runtime.RuntimeFixture;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.testing.FakeApp.Manner;
import java.util.Map;

/** The engine in memory, with apps that behave as those of {@code src/test/images} do. */
public final class FakeFixture extends RuntimeFixture {

  final FakeEngine engine = new FakeEngine();

  @Override
  public RuntimeView view() {
    return engine;
  }

  @Override
  public RuntimeControl control() {
    return engine;
  }

  @Override
  public ImageReference offer(String image, String... arguments) {
    return offered("contract/" + image, image);
  }

  @Override
  public ImageReference offer(AppName app, String image) {
    return offered(app.value(), image);
  }

  private ImageReference offered(String repository, String image) {
    var reference = new ImageReference(registry(), repository, "latest");
    engine.offer(reference.toString(), app(image));
    return reference;
  }

  @Override
  public String registry() {
    return "registry.test";
  }

  @Override
  public HealthProbe probe() {
    return engine;
  }

  @Override
  protected ContainerId runByHand(ContainerName name, Map<String, String> labels) {
    return engine.foreign(name.value(), labels);
  }

  /** What ends stays so until somebody starts it. */
  @Override
  public boolean isStartedAgain(ContainerId id) {
    return false;
  }

  private static FakeApp app(String image) {
    String serving = "serving on port 3000";
    return switch (image) {
      case "web" -> FakeApp.of(Manner.WELL, serving);
      case "volumes" ->
          FakeApp.of(Manner.WELL, serving).withVolumes("/var/lib/app", "/var/lib/app/deep");
      case "healthcheck" -> FakeApp.of(Manner.WELL).withHealthcheck("CMD", "/app/check");
      case "stubborn" -> FakeApp.of(Manner.DEAF, serving);
      case "crash" -> FakeApp.ending(3, "starting", "cannot read the configuration, giving up");
      case "oom" -> FakeApp.of(Manner.RUNS_OUT_OF_MEMORY);
      case "bad-entrypoint" -> FakeApp.of(Manner.CANNOT_START);
      default -> throw new IllegalArgumentException("there is no test image " + image);
    };
  }

  @Override
  public long networks(String name) {
    return engine.networks().contains(name) ? 1 : 0;
  }

  @Override
  public void remakeNetwork(String name) {
    engine.removeNetwork(name, true);
  }

  @Override
  public void close() {
    sweep();
  }
}
