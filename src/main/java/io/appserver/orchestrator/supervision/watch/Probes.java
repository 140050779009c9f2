package io.appserver.orchestrator.supervision.watch;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.record.ConvergenceObserver;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.HealthProbe;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Probes each healthy app once an interval, spread over it; whom the engine checks by itself, it is
 * asked about. An app that fails several times in a row is pointed out, unless the host is to
 * blame.
 */
public final class Probes {

  private static final Logger LOG = Logger.getLogger(Probes.class.getName());

  /** Probes at once; each waits for its answer for as long as the time-out at most. */
  private static final int MOST_AT_ONCE = 64;

  private final HealthProbe probe;
  private final Supplier<Set<ContainerId>> unhealthy;
  private final Settings.HealthChecks settings;
  private final Iterable<ConvergenceObserver> observers;
  private final Executor executor;
  private final TimeSource time;
  private final MassFailureGuard host;
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);
  private final Map<AppName, ProbeTarget> watched = new ConcurrentHashMap<>();
  private volatile Set<AppName> starting = Set.of();
  private volatile boolean engineAnswers = true;
  private boolean hostTrouble;
  private volatile String trouble = "";
  private volatile String fault = "";
  private long engineNextNanos;

  /**
   * @param unhealthy asks the engine what its own checks have found
   */
  public Probes(
      HealthProbe probe,
      Supplier<Set<ContainerId>> unhealthy,
      Settings.HealthChecks settings,
      Iterable<ConvergenceObserver> observers,
      Executor executor,
      TimeSource time) {
    this.probe = probe;
    this.unhealthy = unhealthy;
    this.settings = settings;
    this.observers = observers;
    this.executor = executor;
    this.time = time;
    this.host = new MassFailureGuard(settings.interval());
    this.engineNextNanos = time.nanoTime() + settings.interval().toNanos();
  }

  /** How long to wait between rounds so that probes are spread evenly. */
  public Duration beat() {
    Duration tenth = settings.interval().dividedBy(10);
    Duration longest = Duration.ofSeconds(1);
    return tenth.compareTo(longest) < 0 ? tenth : longest;
  }

  public Optional<ProbeTarget> of(AppName app) {
    return Optional.ofNullable(watched.get(app));
  }

  public void watch(ProbeTarget app) {
    watched.put(app.app(), app);
  }

  /** Forgets all others. */
  public void retain(Collection<AppName> apps) {
    watched.keySet().retainAll(apps);
  }

  /** The apps that are being restarted, or wait for it: they are not watched meanwhile. */
  public void starting(Set<AppName> apps) {
    starting = Set.copyOf(apps);
  }

  public int size() {
    return watched.size();
  }

  /** What was found while it did not answer says little of the apps. */
  public void engineAnswers(boolean answers) {
    if (answers && !engineAnswers) {
      watched.values().forEach(ProbeTarget::startOver);
    }
    engineAnswers = answers;
  }

  public boolean engineAnswers() {
    return engineAnswers;
  }

  /** The engine says that its own check of the app's container fails. */
  public void unwell(AppName app, ContainerId container) {
    of(app)
        .filter(ProbeTarget::isCheckedByEngine)
        .filter(watched -> watched.isIn(container))
        .ifPresent(watched -> watched.engineSays(false, settings.retries(), time.nanoTime()));
  }

  /** What the engine says of all. */
  public void engineSays(Set<ContainerId> unwell) {
    long now = time.nanoTime();
    for (ProbeTarget app : watched.values()) {
      if (app.isCheckedByEngine()) {
        app.engineSays(!unwell.contains(app.container().id()), settings.retries(), now);
      }
    }
  }

  /** Why nothing is restarted for failing probes now; empty if that is not so. */
  public String trouble() {
    return trouble;
  }

  /** Why no app is probed now, for a fault of our own; empty if that is not so. */
  public String fault() {
    return fault;
  }

  /** A moment within the coming interval: for an app always the same part of it. */
  public long firstProbe(AppName app) {
    long interval = settings.interval().toNanos();
    return time.nanoTime() + Math.floorMod(app.value().hashCode() * 0x9E3779B97F4A7C15L, interval);
  }

  /**
   * Begins the probes that are due, and points out who is sick. Throws nothing: a schedule would
   * end.
   *
   * @param verdicts told of each app that is to be looked at because its probes fail
   */
  public void round(Verdicts verdicts) {
    try {
      long now = time.nanoTime();
      for (ProbeTarget app : watched.values()) {
        if (places.availablePermits() > 0 && app.begin(now, settings.interval().toNanos())) {
          begin(() -> ask(app), app::inconclusive);
        }
      }
      askEngine(now);
      judge(time.moment(), verdicts);
      fault = "";
    } catch (RuntimeException | Error e) {
      if (fault.isEmpty()) {
        LOG.log(Level.SEVERE, "the apps could not be probed; tried again", e);
      }
      fault = "the apps could not be probed: " + e;
    }
  }

  private void begin(Runnable question, Runnable unasked) {
    places.acquireUninterruptibly();
    try {
      executor.execute(() -> {
        try {
          question.run();
        } finally {
          places.release();
        }
      });
    } catch (RejectedExecutionException e) {
      places.release();
      unasked.run();
    }
  }

  private void ask(ProbeTarget app) {
    Optional<HealthProbe.Result> result = Optional.empty();
    try {
      result = Optional.of(probe.probe(app.container(), app.check(), settings.timeout()));
    } catch (DeploymentException e) {
      LOG.log(Level.FINE, e, () -> "app_name=%s: that says nothing of it".formatted(app.app()));
    } catch (RuntimeException | Error e) {
      LOG.log(Level.WARNING, e, () -> "app_name=%s could not be probed".formatted(app.app()));
    }
    result.ifPresentOrElse(found -> take(app, found), app::inconclusive);
  }

  private void take(ProbeTarget app, HealthProbe.Result result) {
    app.ended(result.healthy());
    observers.forEach(observer -> observer.probed(app.app(), result.healthy()));
    if (!result.healthy()) {
      LOG.info(() -> "app_name=%s health check failed: %s".formatted(app.app(), result.seen()));
    }
  }

  private void askEngine(long now) {
    if (engineNextNanos - now > 0) {
      return;
    }
    engineNextNanos = now + settings.interval().toNanos();
    if (watched.values().stream().anyMatch(ProbeTarget::isCheckedByEngine)) {
      begin(this::hearEngine, () -> {});
    }
  }

  private void hearEngine() {
    try {
      engineSays(unhealthy.get());
    } catch (DeploymentException e) {
      LOG.log(Level.FINE, "the engine did not say how the apps are that it checks", e);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "the engine could not be asked how the apps are that it checks", e);
    }
  }

  private void judge(Instant now, Verdicts verdicts) {
    List<ProbeTarget> checked = watched.values().stream().filter(ProbeTarget::isChecked).toList();
    host.observe(
        names(checked.stream().filter(ProbeTarget::failing)),
        names(checked.stream()),
        starting,
        engineAnswers,
        now);
    say(host.words().orElse(""));
    tellOfTheHost(host.isOfTheHost(), verdicts);
    if (!engineAnswers) {
      return; // a look could do nothing
    }
    long nanos = time.nanoTime();
    long grace = grace(checked).toNanos();
    checked.stream()
        .filter(app -> app.suspect(settings.retries(), nanos, grace))
        .filter(app -> host.mayRestart(app.app(), now))
        .forEach(app -> {
          if (host.isOnTrial(app.app())) {
            verdicts.onTrial(app.app());
          } else {
            verdicts.sick(app.app());
          }
          app.told();
        });
  }

  /**
   * The engine tells of an app only once it has failed several times. Within an interval it would
   * tell of the others too, if they failed all at once.
   */
  private Duration grace(List<ProbeTarget> checked) {
    return checked.size() < MassFailureGuard.SEVERAL ? Duration.ZERO : settings.interval();
  }

  private static Set<AppName> names(Stream<ProbeTarget> apps) {
    return apps.map(ProbeTarget::app).collect(Collectors.toSet());
  }

  private void tellOfTheHost(boolean now, Verdicts verdicts) {
    if (now && !hostTrouble) {
      verdicts.hostTroubleBegan();
    } else if (!now && hostTrouble) {
      verdicts.hostTroubleEnded();
    }
    hostTrouble = now;
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
