package io.appserver.orchestrator.doctor;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.runtime.EngineInfo;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.regex.Pattern;

/** Whether the engine answers, and is one that the orchestrator is tested with. */
@Singleton
final class EngineCheck implements Check {

  /** Engine 20.10. */
  private static final int OLDEST_API_MINOR = 41;

  private static final Pattern API = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

  private final RuntimeView view;
  private final Settings.Engine settings;

  @Inject
  EngineCheck(RuntimeView view, Settings settings) {
    this.view = view;
    this.settings = settings.engine();
  }

  @Override
  public String name() {
    return "engine";
  }

  @Override
  public Finding examine() {
    try {
      return judge(view.engine()).with("address", settings.host());
    } catch (DeploymentException e) {
      return judge(e.failure()).with("address", settings.host());
    }
  }

  static Finding judge(EngineInfo engine) {
    String what =
        "Docker Engine %s (API %s) on %s answers"
            .formatted(engine.version(), engine.apiVersion(), engine.name());
    Finding finding =
        isOld(engine.apiVersion())
            ? Finding.warning(
                "engine",
                what + "; it is older than 20.10 (API 1.41)",
                "Update the engine to 20.10 or newer: older ones are not tested, and tell failures in other words.")
            : Finding.ok("engine", what);
    return finding
        .with("id", engine.id())
        .with("version", engine.version())
        .with("api", engine.apiVersion());
  }

  private static boolean isOld(String apiVersion) {
    var version = API.matcher(apiVersion);
    return version.matches()
        && (Integer.parseInt(version.group(1)) < 1
            || (Integer.parseInt(version.group(1)) == 1
                && Integer.parseInt(version.group(2)) < OLDEST_API_MINOR));
  }

  static Finding judge(Failure failure) {
    String said = (failure.message() + failure.details()).toLowerCase(Locale.ROOT);
    String cure;
    if (said.contains("permission denied")) {
      cure =
          "Give the orchestrator's user the group of the socket: DOCKER_GID for compose.yaml, --group-add for docker run; see `ls -la /var/run/docker.sock`.";
    } else if (said.contains("docker-endpoints.md")) {
      cure =
          "Allow GET /_ping, /info and /version in the proxy, and all else that docs/docker-endpoints.md lists.";
    } else if (said.contains("no such file")) {
      cure =
          "Mount the socket (/var/run/docker.sock:/var/run/docker.sock:rw), or set APPSERVER_DOCKER_SOCKET_PATH or APPSERVER_DOCKER_HOST to where the engine is.";
    } else {
      cure =
          "Start the engine on its host (`systemctl status docker`, `docker info`), and check APPSERVER_DOCKER_HOST or APPSERVER_DOCKER_SOCKET_PATH.";
    }
    return Finding.failed("engine", failure.message(), cure)
        .with("engine", failure.details().getOrDefault("engine", ""));
  }
}
