package io.appserver.orchestrator.startup;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/**
 * The server's threads for those who take plain executors. A worker may wait long, for a pull or
 * for an app to become healthy, so each task gets a thread of its own from the managed factory; how
 * many there are is bounded by who uses them.
 */
@ApplicationScoped
public class ExecutorProducer {

  @SuppressWarnings("NullAway.Init")
  @Resource(lookup = "concurrent/orchestrator-threads")
  private ManagedThreadFactory factory;

  @SuppressWarnings("NullAway.Init")
  @Resource(lookup = "concurrent/orchestrator-schedule")
  private ManagedScheduledExecutorService scheduler;

  @Produces
  @Singleton
  ExecutorService workers() {
    return Executors.newCachedThreadPool(factory);
  }

  void end(@Disposes ExecutorService workers) {
    workers.shutdownNow();
  }

  @Produces
  @Singleton
  ThreadFactory threadFactory() {
    return factory;
  }

  @Produces
  @Singleton
  @Typed(ScheduledExecutorService.class) // not one more ExecutorService to choose from
  ScheduledExecutorService scheduler() {
    return scheduler;
  }
}
