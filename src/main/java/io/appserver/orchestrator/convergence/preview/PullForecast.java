package io.appserver.orchestrator.convergence.preview;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.ImageSizes;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** What bringing an image here would come to. */
@Singleton
public class PullForecast {

  private final Settings settings;
  private final RuntimeView view;
  private final ImageSizes sizes;

  @Inject
  public PullForecast(Settings settings, RuntimeView view, ImageSizes sizes) {
    this.settings = settings;
    this.view = view;
    this.sizes = sizes;
  }

  void pull(Preview.Draft draft, ImageReference image) {
    boolean present = view.image(image.toString()).isPresent();
    OptionalLong bytes = sizes.compressed(image);
    draft.pull(image.toString(), present, bytes);
    draft.disk(free().map(free -> new Preview.Disk(free, bytes)));
    draft.step(
        "pull",
        image.toString(),
        present
            ? "the engine has it; only what changed is fetched"
            : "the engine does not have it");
  }

  /** Of the engine's disk; it can be seen only where that is here, and may be read. */
  private Optional<Long> free() {
    Path directory = Path.of(view.engine().directory());
    if (!settings.engine().host().startsWith("unix:") || !Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.getFileStore(directory).getUsableSpace());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
