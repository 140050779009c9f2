package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.container.HealthProbe;
import io.appserver.orchestrator.convergence.ConvergenceObserver;
import io.appserver.orchestrator.deployment.DeploymentException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * Probes each healthy app once an interval, spread over it. An app that fails several times in a
 * row is pointed out, unless the host is to blame.
 */
final class Probes {

  private static final Logger LOG = Logger.getLogger(Probes.class.getName());

  /** Probes at once; each waits for its answer for as long as the time-out at most. */
  private static final int MOST_AT_ONCE = 64;

  private final HealthProbe probe;
  private final Settings.HealthChecks settings;
  private final Iterable<ConvergenceObserver> observers;
  private final ExecutorService executor;
  private final Clock clock;
  private final Consumer<AppName> sick;
  private final HostTrouble host;
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);
  private final Map<AppName, Watched> watched = new ConcurrentHashMap<>();
  private volatile boolean engineAnswers = true;
  private volatile String trouble = "";

  /**
   * @param sick told of each app that is to be looked at because its probes fail
   */
  Probes(
      HealthProbe probe,
      Settings.HealthChecks settings,
      Iterable<ConvergenceObserver> observers,
      ExecutorService executor,
      Clock clock,
      Consumer<AppName> sick) {
    this.probe = probe;
    this.settings = settings;
    this.observers = observers;
    this.executor = executor;
    this.clock = clock;
    this.sick = sick;
    this.host = new HostTrouble(settings.interval());
  }

  /** How long to wait between rounds so that probes are spread evenly. */
  Duration beat() {
    Duration tenth = settings.interval().dividedBy(10);
    Duration longest = Duration.ofSeconds(1);
    return tenth.compareTo(longest) < 0 ? tenth : longest;
  }

  Optional<Watched> of(AppName app) {
    return Optional.ofNullable(watched.get(app));
  }

  void watch(Watched app) {
    watched.put(app.app(), app);
  }

  /** Forgets all others. */
  void retain(Collection<AppName> apps) {
    watched.keySet().retainAll(apps);
  }

  int size() {
    return watched.size();
  }

  void engineAnswers(boolean answers) {
    engineAnswers = answers;
  }

  /** Why nothing is restarted for failing probes now; empty if that is not so. */
  String trouble() {
    return trouble;
  }

  /** A moment within the interval, the same for an app every time, different for most. */
  long firstProbe(AppName app, long nowNanos) {
    long interval = settings.interval().toNanos();
    return nowNanos + Math.floorMod(app.value().hashCode() * 0x9E3779B97F4A7C15L, interval);
  }

  /** Begins the probes that are due, and points out who is sick. */
  void round() {
    long now = System.nanoTime();
    for (Watched app : watched.values()) {
      if (places.availablePermits() > 0 && app.begin(now, settings.interval().toNanos())) {
        begin(app);
      }
    }
    judge(clock.instant());
  }

  private void begin(Watched app) {
    places.acquireUninterruptibly();
    try {
      executor.execute(() -> {
        try {
          ask(app);
        } finally {
          places.release();
        }
      });
    } catch (RejectedExecutionException e) {
      places.release();
      app.inconclusive();
    }
  }

  private void ask(Watched app) {
    try {
      HealthProbe.Result result = probe.probe(app.container(), app.check(), settings.timeout());
      app.ended(result.healthy());
      observers.forEach(observer -> observer.probed(app.app(), result.healthy()));
      if (!result.healthy()) {
        LOG.info(() -> "app_name=%s health check failed: %s".formatted(app.app(), result.seen()));
      }
    } catch (DeploymentException e) {
      app.inconclusive(); // the engine did not answer: that says nothing of the app
    } catch (RuntimeException e) {
      app.inconclusive();
      LOG.log(Level.WARNING, e, () -> "app_name=%s could not be probed".formatted(app.app()));
    }
  }

  private void judge(Instant now) {
    Set<AppName> failing =
        watched.values().stream()
            .filter(Watched::failing)
            .map(Watched::app)
            .collect(Collectors.toSet());
    host.observe(failing, Set.copyOf(watched.keySet()), engineAnswers, now);
    say(host.words(failing.size(), watched.size(), engineAnswers).orElse(""));
    watched.values().stream()
        .filter(app -> app.suspect(settings.retries()))
        .filter(app -> host.mayRestart(app.app(), now))
        .forEach(app -> {
          sick.accept(app.app());
          app.told();
        });
  }

  private void say(String now) {
    if (now.isEmpty() != trouble.isEmpty()) {
      LOG.log(
          now.isEmpty() ? Level.INFO : Level.WARNING,
          () -> now.isEmpty() ? "health checks are acted on again" : now);
    }
    trouble = now;
  }
}
