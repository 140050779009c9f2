package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.runtime.registry.RegistryClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;

/**
 * Whether the registry answers {@code GET /v2/}, with whatever but an error of its own (5xx). The
 * answer may take as long as a name server does.
 */
public final class RegistryProbe implements BooleanSupplier {

  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration ANSWER = Duration.ofSeconds(3);
  private static final int SERVER_ERROR = 500;

  private final Settings.Registry withoutLogin;

  /**
   * @param registry host, and port unless it is that of HTTPS
   */
  public RegistryProbe(String registry) {
    this.withoutLogin = new Settings.Registry(registry, Optional.empty(), new Secret(""));
  }

  @Override
  public boolean getAsBoolean() {
    try (var client = new RegistryClient(withoutLogin, CONNECT, ANSWER)) {
      int status = client.get(client.scheme(), "/v2/", Optional.empty(), "").statusCode();
      return status < SERVER_ERROR;
    } catch (SSLException e) {
      return true; // it is there; whether its certificate will do is the engine's to say
    } catch (IOException | IllegalArgumentException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
