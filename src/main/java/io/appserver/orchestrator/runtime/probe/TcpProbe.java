package io.appserver.orchestrator.runtime.probe;

import io.appserver.orchestrator.runtime.HealthProbe.Result;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Connects to a port. */
final class TcpProbe {

  private TcpProbe() {}

  static Result open(String address, int port, Duration timeout) {
    try {
      TimedSocket.connect(address, port, timeout).close();
      return new Result(true, "port " + port + " is open");
    } catch (SocketTimeoutException e) {
      return new Result(
          false, "port %d: no connection within %d ms".formatted(port, timeout.toMillis()));
    } catch (IOException e) {
      return new Result(false, "port %d: %s".formatted(port, e.getMessage()));
    }
  }
}
