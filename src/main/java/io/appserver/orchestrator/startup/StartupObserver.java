package io.appserver.orchestrator.startup;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;

/** What the server starts and stops. */
@ApplicationScoped
public class StartupObserver {

  private final Instance<Gate> gate;
  private final Instance<Lifecycle> lifecycle;

  @SuppressWarnings("NullAway")
  protected StartupObserver() {
    this.gate = null; // for the proxy
    this.lifecycle = null;
  }

  @Inject
  StartupObserver(Instance<Gate> gate, Instance<Lifecycle> lifecycle) {
    this.gate = gate;
    this.lifecycle = lifecycle;
  }

  void start(@Observes Startup event) {
    try {
      gate.get().requireSettings();
      lifecycle.get().start();
    } catch (Gate.RefusedException e) {
      Refusal.exit(String.valueOf(e.getMessage()));
    }
  }

  void stop(@Observes Shutdown event) {
    lifecycle.get().stop();
  }
}
