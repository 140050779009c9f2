package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.Info;
import java.util.Map;
import java.util.Set;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether a container gets the engine's init as its first process. An init takes the exit status of
 * processes whose parent is gone; without one they stay as zombies, and count in the PIDs limit.
 */
final class InitProcess {

  private static final Logger LOG = Logger.getLogger(InitProcess.class.getName());

  /** First processes that are an init themselves; s6's refuses to be any other process. */
  private static final Set<String> INITS =
      Set.of(
          "init",
          "tini",
          "tini-static",
          "dumb-init",
          "docker-init",
          "catatonit",
          "s6-svscan",
          "systemd");

  /** What an engine says that could not run its init's {@code --version}. */
  private static final String NONE = "N/A";

  private final EngineCalls calls;
  private volatile @Nullable Boolean available;

  InitProcess(EngineCalls calls) {
    this.calls = calls;
  }

  /** Whether a container of an image with that configuration is to get one. */
  boolean isFor(ContainerConfig image) {
    return !startsInit(image.getEntrypoint(), image.getCmd()) && isAvailable();
  }

  private static boolean startsInit(String @Nullable [] entryPoint, String @Nullable [] command) {
    String[] start = entryPoint == null || entryPoint.length == 0 ? command : entryPoint;
    return start != null
        && start.length > 0
        && INITS.contains(start[0].substring(start[0].lastIndexOf('/') + 1));
  }

  /** Asked once: the engine runs a process for the answer. */
  private boolean isAvailable() {
    Boolean known = available;
    if (known == null) {
      known = isIn(info());
      available = known;
      if (!known) {
        LOG.warning(
            "the engine has no docker-init: containers run without an init, and zombies of their health checks stay until they end; install it (tini, docker-init) on the engine's host and restart the orchestrator");
      }
    }
    return known;
  }

  private Info info() {
    String what = "describe itself";
    try {
      return calls.read(what, client -> client.infoCmd().exec());
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    }
  }

  private static boolean isIn(Info info) {
    return info.getRawValues().get("InitCommit") instanceof Map<?, ?> commit
        && !NONE.equals(commit.get("ID"));
  }

  /** Whether the engine says that its init is not there after all; if so, it is not used again. */
  boolean isMissing(DockerException e) {
    boolean missing = EngineWords.of(e).hasAny("docker-init");
    if (missing) {
      available = false;
    }
    return missing;
  }
}
