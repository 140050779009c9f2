package io.appserver.orchestrator.supervision;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Whether the registry takes connections. The answer may take as long as a name server does. */
final class RegistryProbe implements BooleanSupplier {

  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final int HTTPS = 443;

  private final String registry;

  /**
   * @param registry host, and port unless it is that of HTTPS
   */
  RegistryProbe(String registry) {
    this.registry = registry;
  }

  @Override
  public boolean getAsBoolean() {
    int colon = registry.lastIndexOf(':');
    boolean port = colon > registry.lastIndexOf(']');
    String host = port ? registry.substring(0, colon) : registry;
    int number = port ? Integer.parseInt(registry.substring(colon + 1)) : HTTPS;
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(host.replaceAll("^\\[|]$", ""), number), (int) CONNECT.toMillis());
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
