package io.appserver.orchestrator.doctor;

import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.startup.Database;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whether database and engine agree with this host about the time. Leases live by the database's
 * clock alone, so nothing breaks at once; times in the history, pauses and restarts go astray.
 */
@Singleton
final class ClockCheck implements Check {

  private static final Duration TOLERATED = Duration.ofSeconds(2);

  private final RuntimeView view;
  private final Database database;

  @Inject
  ClockCheck(RuntimeView view, Database database) {
    this.view = view;
    this.database = database;
  }

  @Override
  public String name() {
    return "clock";
  }

  /** How much a clock is ahead of ours at least, given that its answer took a while. */
  static Duration ahead(Instant before, Instant theirs, Instant after) {
    if (theirs.isBefore(before)) {
      return Duration.between(before, theirs);
    }
    return theirs.isAfter(after) ? Duration.between(after, theirs) : Duration.ZERO;
  }

  @Override
  public Finding examine() {
    Map<String, Optional<Duration>> ahead = new LinkedHashMap<>();
    ahead.put("database", ofDatabase());
    ahead.put("engine", ofEngine());
    return judge(ahead);
  }

  private Optional<Duration> ofDatabase() {
    try {
      Instant before = Instant.now();
      Instant theirs = database.now();
      return Optional.of(ahead(before, theirs, Instant.now()));
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  private Optional<Duration> ofEngine() {
    try {
      Instant before = Instant.now();
      Optional<Instant> theirs = view.engine().time();
      Instant after = Instant.now();
      return theirs.map(time -> ahead(before, time, after));
    } catch (DeploymentException e) {
      return Optional.empty();
    }
  }

  /**
   * @param ahead by whose clock; empty if it could not be asked
   */
  static Finding judge(Map<String, Optional<Duration>> ahead) {
    var wrong = new StringBuilder();
    ahead.forEach((who, by) ->
        by.filter(duration -> duration.abs().compareTo(TOLERATED) > 0)
            .ifPresent(duration ->
                wrong
                    .append(wrong.isEmpty() ? "" : "; ")
                    .append(
                        "the %s's clock is %.1f s %s this host's"
                            .formatted(
                                who,
                                duration.abs().toMillis() / 1000.0,
                                duration.isNegative() ? "behind" : "ahead of"))));
    Finding finding =
        wrong.isEmpty()
            ? Finding.ok("clock", "the clocks that answer agree within 2 s")
            : Finding.warning(
                "clock",
                wrong.toString(),
                "Have the hosts of orchestrator, database and engine set their clocks by the same time servers: `timedatectl`, `chronyc tracking`.");
    for (Map.Entry<String, Optional<Duration>> entry : ahead.entrySet()) {
      finding =
          finding.with(
              entry.getKey(),
              entry.getValue().map(by -> by.toMillis() + " ms ahead").orElse("does not answer"));
    }
    return finding;
  }
}
