package io.appserver.orchestrator.health;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.PlatformReport;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.RecurringTask;
import io.appserver.orchestrator.runtime.EngineInfo;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.startup.Database;
import io.appserver.orchestrator.startup.Lifecycle;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The parts that must be asked over a connection, asked every few seconds. */
@Singleton
class CachedChecks {

  private static final Duration INTERVAL = Duration.ofSeconds(3);

  private final RuntimeView runtime;
  private final Database database;
  private final AppCatalog catalog;
  private final Lifecycle lifecycle;
  private final ScheduledExecutorService scheduler;
  private volatile @Nullable EngineInfo known;
  private final List<Future<?>> schedule = new CopyOnWriteArrayList<>();
  private final CachedCheck dockerWatch = new CachedCheck(this::askDocker, System::nanoTime);
  private final CachedCheck databaseWatch = new CachedCheck(this::askDatabase, System::nanoTime);
  private final CachedCheck platformWatch = new CachedCheck(this::askPlatform, System::nanoTime);

  @Inject
  CachedChecks(
      RuntimeView runtime,
      Database database,
      AppCatalog catalog,
      Lifecycle lifecycle,
      ScheduledExecutorService scheduler) {
    this.runtime = runtime;
    this.database = database;
    this.catalog = catalog;
    this.lifecycle = lifecycle;
    this.scheduler = scheduler;
  }

  /** After the gate: what it refuses must not be asked for by anybody. */
  void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) Startup event) {
    every("the readiness check of the engine", dockerWatch::ask);
    every("the readiness check of the database", () -> ask(databaseWatch));
    every("the readiness check of the platform's tables", () -> ask(platformWatch));
    // What the start waited for is there now: nobody is to wait for the next round.
    lifecycle.onceStarted(() -> {
      dockerWatch.ask();
      databaseWatch.ask();
      platformWatch.ask();
    });
  }

  private void every(String what, Runnable question) {
    schedule.add(new RecurringTask(what, question).every(scheduler, Duration.ZERO, INTERVAL));
  }

  private void ask(CachedCheck check) {
    if (lifecycle.isAtRest()) {
      check.askAtRest();
    } else {
      check.ask();
    }
  }

  @PreDestroy
  void stop() {
    schedule.forEach(check -> check.cancel(false));
  }

  CheckResult docker() {
    return dockerWatch.condition();
  }

  CheckResult database() {
    return databaseWatch.condition();
  }

  CheckResult platform() {
    return platformWatch.condition();
  }

  /**
   * A ping each time: the engine forks processes to describe itself, which it is asked for only
   * when it may have changed.
   */
  private CheckResult askDocker() {
    try {
      runtime.ping();
      EngineInfo engine = known;
      if (engine == null) {
        engine = runtime.engine();
        known = engine;
      }
      return CheckResult.good(
          Map.of("engine", engine.name(), "version", engine.version(), "api", engine.apiVersion()));
    } catch (DeploymentException e) {
      known = null;
      return CheckResult.bad(e.failure().message());
    }
  }

  private CheckResult askDatabase() {
    return CheckResult.of(database.troubleOrDamage());
  }

  /**
   * Without tables that never were there the platform can be worked with: they only are told of,
   * and rows that cannot be read and are of no app that should run.
   */
  private CheckResult askPlatform() {
    if (!databaseWatch.condition().isGood()) {
      return CheckResult.bad("not known while the database is not ready");
    }
    PlatformReport report = catalog.report();
    if (!report.troubles().isEmpty()) {
      return CheckResult.bad(String.join("; ", report.troubles()));
    }
    var data = new HashMap<String, String>();
    if (!report.absent().isEmpty()) {
      data.put("taken as empty", String.join(", ", report.absent()));
    }
    int left = report.apps().unreadable().size() + report.oddities().size();
    if (left > 0) {
      data.put("rows left out", left + ", which the doctor names");
    }
    return CheckResult.good(data);
  }
}
