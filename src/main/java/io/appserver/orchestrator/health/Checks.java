package io.appserver.orchestrator.health;

import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.intake.EventSource;
import io.appserver.orchestrator.startup.Lifecycle;
import io.appserver.orchestrator.supervision.Supervision;
import io.appserver.orchestrator.supervision.reconcile.ReconciliationReport;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * What the server answers at {@code /health}: one check a part, each from memory. What another
 * program's outage causes is never a matter of liveness: a restart would not mend it.
 */
@ApplicationScoped
class Checks {

  /**
   * The database may keep the dispatcher waiting for 35 s: 5 for a connection, 30 for an answer.
   */
  static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);

  /** The dispatcher looks for work, and the leases are prolonged. */
  @Produces
  @ApplicationScoped
  @Liveness
  HealthCheck work(ConvergenceService convergence) {
    return () -> atWork(convergence.silence().orElse(Duration.ZERO)).as("work");
  }

  static CheckResult atWork(Duration silence) {
    return silence.compareTo(LONGEST_SILENCE) <= 0
        ? CheckResult.good()
        : CheckResult.bad(
            "nothing was looked for, or no lease prolonged, for %d s"
                .formatted(silence.toSeconds()));
  }

  @Produces
  @ApplicationScoped
  @Readiness
  HealthCheck docker(CachedChecks checks) {
    return () -> checks.docker().as("docker");
  }

  @Produces
  @ApplicationScoped
  @Readiness
  HealthCheck database(CachedChecks checks) {
    return () -> checks.database().as("database");
  }

  @Produces
  @ApplicationScoped
  @Readiness
  HealthCheck platform(CachedChecks checks) {
    return () -> checks.platform().as("platform");
  }

  @Produces
  @ApplicationScoped
  @Readiness
  HealthCheck broker(EventSource events) {
    return () -> CheckResult.of(String.join("; ", events.status().missing())).as("broker");
  }

  /** What is wrong around the apps, so that they are not looked after as they should be. */
  @Produces
  @ApplicationScoped
  @Readiness
  HealthCheck supervision(Supervision supervision) {
    return () -> watching(supervision).as("supervision");
  }

  private static CheckResult watching(Supervision supervision) {
    String trouble =
        supervision.trouble().isEmpty() ? supervision.hostTrouble() : supervision.trouble();
    return trouble.isEmpty()
        ? CheckResult.good(
            Map.of(
                "reconciliation",
                supervision.lastReport().map(ReconciliationReport::words).orElse("none yet")))
        : CheckResult.bad(trouble);
  }

  @Produces
  @ApplicationScoped
  @Readiness
  HealthCheck startup(Lifecycle lifecycle) {
    return () -> CheckResult.of(lifecycle.waitingFor()).as("startup");
  }

  /** Once is enough: later outages are a matter of readiness. */
  @Produces
  @ApplicationScoped
  @Startup
  HealthCheck started(Lifecycle lifecycle) {
    var once = new AtomicBoolean();
    return () -> {
      String waitingFor = lifecycle.waitingFor();
      if (waitingFor.isEmpty()) {
        once.set(true);
      }
      return (once.get() ? CheckResult.good() : CheckResult.bad(waitingFor)).as("started");
    };
  }
}
