package io.appserver.orchestrator.configuration;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** Hands the settings to whoever injects {@link Settings}. */
@Dependent
public class SettingsProducer {

  /**
   * Singleton, because a record cannot be proxied.
   *
   * @throws SettingsException with everything that is wrong
   */
  @Produces
  @Singleton
  public Settings settings(Config config) {
    return SettingsReader.read(config);
  }
}
