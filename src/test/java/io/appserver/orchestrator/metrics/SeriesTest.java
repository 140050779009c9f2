package io.appserver.orchestrator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.intake.event.EventKind;
import jakarta.enterprise.event.Startup;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * How many series there are is a matter of how many apps, and of nothing that comes from outside.
 */
class SeriesTest {

  private final RecordedMeters meters = new RecordedMeters();
  private final ConvergenceMetrics convergence = new ConvergenceMetrics(meters);
  private final IntakeMetrics intake = new IntakeMetrics(meters);

  @Test
  void seriesAreBoundedByTheNumberOfApps() {
    convergence.announce(new Startup());
    intake.announce(new Startup());
    everythingHappensTo(1);
    Map<Family, Integer> ofOne = seriesByFamily();
    everythingHappensTo(AppLabels.MOST + 200);

    seriesByFamily()
        .forEach((family, number) -> {
          int each = family.labels().contains(Family.APP) ? AppLabels.MOST + 1 : 1;
          assertThat(number).as(family.scrapedName()).isEqualTo(each * ofOne.get(family));
        });
  }

  private void everythingHappensTo(int apps) {
    for (int i = 0; i < apps; i++) {
      var app = new AppName("app" + i);
      for (boolean well : new boolean[] {true, false}) {
        convergence.started(app, well);
        convergence.stopped(app, well);
        convergence.probed(app, well);
        convergence.pulled(app, Duration.ofMillis(i), well);
      }
      for (FailureCode code : FailureCode.values()) {
        Failure failure = Failure.of(code, "what happened to " + app);
        convergence.restarted(app, failure);
        convergence.transitioned(
            app, DeploymentState.STARTING, DeploymentState.FAILED, Optional.of(failure));
        convergence.looked(app, Duration.ofMillis(i), new Look.Result.Failed(failure));
      }
      for (EventKind kind : EventKind.values()) {
        intake.received(kind, "what nobody knew " + i);
        intake.redelivered(kind);
      }
      intake.deadLettered("what nobody knew " + i);
    }
  }

  private Map<Family, Integer> seriesByFamily() {
    var number = new HashMap<Family, Integer>();
    Stream.of(meters.counts.keySet(), meters.times.keySet())
        .flatMap(Set::stream)
        .forEach(id -> number.merge(familyOf(id), 1, Integer::sum));
    return number;
  }

  private static Family familyOf(String id) {
    String name = id.substring(0, id.indexOf('{'));
    return Stream.of(Family.values())
        .filter(family -> family.scrapedName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
