package io.appserver.orchestrator.doctor;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The room at the engine's disk, where that can be seen from here. */
@Singleton
final class DiskCheck implements Check {

  private static final long GIB = 1L << 30;
  private static final long TOO_LITTLE = GIB;
  private static final long LITTLE = 5 * GIB;

  private final RuntimeView view;
  private final Settings.Engine settings;

  @Inject
  DiskCheck(RuntimeView view, Settings settings) {
    this.view = view;
    this.settings = settings.engine();
  }

  @Override
  public String name() {
    return "disk";
  }

  @Override
  public Finding examine() throws IOException {
    String directory;
    try {
      directory = view.engine().directory();
    } catch (DeploymentException e) {
      return Finding.failed(
          "disk", "not known while the engine does not answer", "Cure the engine first.");
    }
    boolean here = settings.host().startsWith("unix:") && !directory.isEmpty();
    if (!here || !Files.isDirectory(Path.of(directory))) {
      return Finding.ok(
          "disk",
          "not to be seen from here: %s is on the engine's host, see there with `df -h`"
              .formatted(directory));
    }
    return judge(directory, Files.getFileStore(Path.of(directory)).getUsableSpace());
  }

  static Finding judge(String directory, long freeBytes) {
    String what = "%.1f GiB are free at %s".formatted((double) freeBytes / GIB, directory);
    String cure =
        "Free space on the engine's host: `docker system df`, `docker image prune --all`. Look before you prune volumes: app-<app>-data is an app's data.";
    Finding finding =
        freeBytes < TOO_LITTLE
            ? Finding.failed("disk", what, cure)
            : freeBytes < LITTLE ? Finding.warning("disk", what, cure) : Finding.ok("disk", what);
    return finding.with("directory", directory).with("free_bytes", Long.toString(freeBytes));
  }
}
