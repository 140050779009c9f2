package io.appserver.orchestrator.doctor;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Examines everything the orchestrator needs, all at once; reads only. */
@Singleton
public class Doctor {

  /** As long as the engine has for an answer elsewhere: what is slow is not broken. */
  static final Duration LONGEST = Duration.ofSeconds(30);

  /** In which a start needs what is looked at. */
  private static final List<Class<? extends Check>> ORDER =
      List.of(
          SettingsCheck.class,
          EngineCheck.class,
          NetworkCheck.class,
          DiskCheck.class,
          RegistryCheck.class,
          BrokerCheck.class,
          DatabaseCheck.class,
          PlatformCheck.class,
          LoginsCheck.class,
          ClockCheck.class);

  private final List<Check> checks;
  private final ExecutorService executor;
  private final Duration longest;

  /** A check that was given up may go on hanging: it is not begun a second time beside that. */
  private final Set<Check> underWay = ConcurrentHashMap.newKeySet();

  @Inject
  public Doctor(@Any Instance<Check> checks, ExecutorService executor) {
    this(
        checks.stream()
            .sorted(Comparator.comparingInt(check -> ORDER.indexOf(check.getClass())))
            .toList(),
        executor,
        LONGEST);
  }

  /** With other checks. */
  Doctor(List<Check> checks, ExecutorService executor, Duration longest) {
    this.checks = List.copyOf(checks);
    this.executor = executor;
    this.longest = longest;
  }

  /**
   * What was found, in the order in which a start needs the parts. Takes half a minute at most;
   * whoever asks meanwhile waits for the one before.
   */
  public synchronized List<Finding> examine() {
    long until = System.nanoTime() + longest.toNanos();
    List<Future<Finding>> answers =
        checks.stream().map(check -> executor.submit(() -> run(check))).toList();
    var findings = new java.util.ArrayList<Finding>();
    for (int i = 0; i < checks.size(); i++) {
      findings.add(finding(checks.get(i).name(), answers.get(i), until));
    }
    return List.copyOf(findings);
  }

  private Finding run(Check check) throws Exception {
    if (!underWay.add(check)) {
      return silent(check.name());
    }
    try {
      return check.examine();
    } finally {
      underWay.remove(check);
    }
  }

  private Finding finding(String name, Future<Finding> answer, long until) {
    try {
      return answer.get(Math.max(until - System.nanoTime(), 0), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      return silent(name);
    } catch (ExecutionException e) {
      return Finding.failed(
          name,
          "could not be examined: " + e.getCause(),
          "Tell the orchestrator's developers; look at %s by hand meanwhile.".formatted(name));
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return Finding.warning(name, "the examination was broken off", "Examine again.");
    }
  }

  private Finding silent(String name) {
    return Finding.failed(
        name,
        "did not answer within %d s".formatted(longest.toSeconds()),
        "It hangs, or something on the way drops what is sent. Look whether its process is alive"
            + " and not short of memory or disk, and at firewalls in between; then examine again.");
  }
}
