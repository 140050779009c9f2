package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.configuration.SettingsException;
import io.appserver.orchestrator.configuration.SettingsReader;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.EngineInfo;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** What must be right for the orchestrator to start at all; nothing here gets better by waiting. */
@Dependent
class Gate {

  /** How often a refusal is asked for: an engine that starts ends a connection now and then. */
  private static final int ATTEMPTS = 6;

  private static final Logger LOG = Logger.getLogger(Gate.class.getName());

  private final Config config;
  private final Provider<RuntimeView> view;

  @Inject
  Gate(Config config, Provider<RuntimeView> view) {
    this.config = config;
    this.view = view;
  }

  /** Why the orchestrator must not start, with the cure. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message, @Nullable Throwable cause) {
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
   * Asks the engine who it is. One that takes its time, as on a host that has just booted, is
   * waited for; where nobody listens, or nobody may come in, that is over at once.
   *
   * @param goesOn told each time that no answer came for as long as one is waited for, and why;
   *     whether to ask again
   * @return empty if it was not to be asked again
   * @throws RefusedException if it cannot be reached
   */
  Optional<EngineInfo> requireEngine(Predicate<String> goesOn) {
    int refusals = 0;
    while (true) {
      try {
        return Optional.of(view.get().engine());
      } catch (DeploymentException e) {
        String why = e.failure().message();
        if (!(e instanceof UnreachableException unreachable && unreachable.isSilent())) {
          refusals++;
          if (refusals == ATTEMPTS) {
            throw new RefusedException(why, e);
          }
        } else if (!goesOn.test(why)) {
          return Optional.empty();
        }
      }
    }
  }
}
