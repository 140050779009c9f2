package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.work.Lanes;
import io.appserver.orchestrator.convergence.work.LeaseClock;
import io.appserver.orchestrator.convergence.work.TimeSource;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Hands out what is no bean by itself: the time, its clocks, and the bounds. */
@Dependent
class ConvergenceProducer {

  @Produces
  @Singleton
  TimeSource time() {
    return TimeSource.REAL;
  }

  @Produces
  @Singleton
  Clock clock(TimeSource time) {
    return time.clock();
  }

  @Produces
  @Singleton
  LeaseClock leases(TimeSource time) {
    return new LeaseClock(time::nanoTime);
  }

  @Produces
  @Singleton
  Lanes lanes(Settings settings, TimeSource time) {
    return Lanes.of(settings.containers().maxConcurrentDeployments(), Lanes.PATIENCE, time);
  }

  @Produces
  @Singleton
  WorkerLimits limits() {
    return WorkerLimits.USUAL;
  }
}
