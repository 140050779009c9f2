package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.configuration.SettingsException;
import io.appserver.orchestrator.configuration.SettingsReader;
import io.appserver.orchestrator.container.EngineInfo;
import io.appserver.orchestrator.container.RuntimeView;
import io.appserver.orchestrator.deployment.DeploymentException;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.Config;

/** What must be right for the orchestrator to start at all; nothing here gets better by waiting. */
@Dependent
class Gate {

  /** A slow machine's first call may take several times the 5 s that a question may take later. */
  private static final int ATTEMPTS = 6;

  private static final Logger LOG = Logger.getLogger(Gate.class.getName());

  private final Config config;
  private final Instance<RuntimeView> view;

  @Inject
  Gate(Config config, Instance<RuntimeView> view) {
    this.config = config;
    this.view = view;
  }

  /** Why the orchestrator must not start, with the cure. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * @throws RefusedException if a setting is wrong; names all that are
   */
  void requireSettings() {
    try {
      SettingsReader.read(config);
      SettingsReader.warnings(config).forEach(LOG::warning);
    } catch (SettingsException e) {
      throw new RefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Asks the engine who it is. One that is there but slow, as on a host that has just booted, gets
   * a few chances; without a socket, each of them is over at once.
   *
   * @throws RefusedException if it cannot be reached
   */
  EngineInfo requireEngine() {
    for (int attempt = 1; ; attempt++) {
      try {
        return view.get().engine();
      } catch (DeploymentException e) {
        if (attempt == ATTEMPTS) {
          throw new RefusedException(e.failure().message(), e);
        }
      }
    }
  }
}
