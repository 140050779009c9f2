package io.appserver.orchestrator.supervision.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.record.ConvergenceObserver;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.supervision.TestTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is probed when, and what follows if many fail, as time passes. */
class ProbesTest {

  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final HealthCheck HTTP = new HealthCheck.Http(3000, "/health");
  private static final HealthCheck OWN = new HealthCheck.Execute(List.of("CMD", "/check"));

  private final TestTime time = new TestTime();
  private final Set<String> failing = new HashSet<>();
  private final Set<ContainerId> unhealthy = new HashSet<>();
  private final List<String> asked = new ArrayList<>();
  private final List<String> counted = new ArrayList<>();
  private final Set<AppName> starting = new HashSet<>();
  private final RecordedVerdicts verdicts = new RecordedVerdicts();
  private final List<String> sick = verdicts.sick;
  private Optional<Error> fault = Optional.empty();
  private final Probes probes =
      new Probes(
          this::probe,
          () -> unhealthy,
          new Settings.HealthChecks(INTERVAL, Duration.ofSeconds(5), 3),
          List.of(
              new ConvergenceObserver() {
                @Override
                public void probed(AppName app, boolean healthy) {
                  counted.add(app.value());
                }
              }),
          Runnable::run,
          time);

  private HealthProbe.Result probe(
      ObservedContainer container, HealthCheck check, Duration timeout) {
    String app = container.name().value();
    asked.add(app);
    fault.ifPresent(error -> {
      throw error;
    });
    return new HealthProbe.Result(!failing.contains(app), "for a test");
  }

  @Test
  void thatTheHostIsInTroubleIsToldAtItsBeginningAndItsEnd() {
    watch(6, HTTP);
    failAll(6);
    pass(Duration.ofMinutes(3));
    assertThat(verdicts.host).containsExactly("began");
    assertThat(verdicts.trials).isNotEmpty();
    assertThat(sick).isEqualTo(verdicts.trials);
    failing.clear();
    pass(Duration.ofMinutes(1));

    assertThat(verdicts.host).containsExactly("began", "ended");
  }

  @Test
  void whatFailedWhileTheEngineWasAwayCountsNoMoreOnceItIsBack() {
    watch(2, HTTP);
    failAll(2);
    probes.engineAnswers(false);
    pass(INTERVAL.multipliedBy(4));
    assertThat(sick).isEmpty();
    probes.engineAnswers(true);
    pass(INTERVAL);
    assertThat(sick).as("failed once since").isEmpty();
    pass(INTERVAL.multipliedBy(3));

    assertThat(sick).containsExactlyInAnyOrder("app0", "app1");
  }

  private static ContainerId id(String app) {
    return new ContainerId("id-" + app);
  }

  private void watch(String app, HealthCheck check) {
    var container =
        new ObservedContainer(
            id(app),
            new ContainerName(app),
            ObservedContainer.Status.RUNNING,
            0,
            false,
            "",
            Optional.of(time.now()),
            "sha256:1",
            "10.0.0.1",
            List.of(),
            List.of(),
            Optional.empty(),
            Map.of());
    var name = new AppName(app);
    probes.watch(new ProbeTarget(name, container, check, time.now(), probes.firstProbe(name)));
  }

  private void watch(int count, HealthCheck check) {
    IntStream.range(0, count).forEach(i -> watch("app" + i, check));
  }

  private void failAll(int count) {
    IntStream.range(0, count).forEach(i -> failing.add("app" + i));
  }

  /** Restarts it: it is not watched until it is healthy again. */
  private void leave(String app, int count) {
    starting.add(new AppName(app));
    probes.starting(starting);
    probes.retain(
        IntStream.range(0, count)
            .mapToObj(i -> new AppName("app" + i))
            .filter(other -> !other.value().equals(app))
            .toList());
  }

  private void pass(Duration total) {
    for (long i = 0; i < total.dividedBy(probes.beat()); i++) {
      time.pass(probes.beat());
      probes.round(verdicts);
    }
  }

  @Test
  void fiveOfFiveAreNotRestartedWhileOneIsOnTrial() {
    watch(5, HTTP);
    failAll(5);
    pass(INTERVAL.multipliedBy(3));
    assertThat(sick).isEmpty();
    assertThat(probes.trouble()).contains("5 of 5 apps");
    pass(INTERVAL.multipliedBy(2));
    assertThat(sick).hasSize(1);
    leave(sick.getFirst(), 5);
    pass(INTERVAL.multipliedBy(1));

    assertThat(probes.trouble()).contains("5 of 5 apps");
    assertThat(sick).hasSize(1);
  }

  @Test
  void theOthersFollowOnceTheTrialHasHelped() {
    watch(5, HTTP);
    failAll(5);
    pass(INTERVAL.multipliedBy(5));
    assertThat(sick).hasSize(1);
    String trial = sick.getFirst();
    leave(trial, 5);
    pass(INTERVAL);
    failing.remove(trial);
    watch(trial, HTTP);
    pass(INTERVAL);

    assertThat(sick).hasSize(5).doesNotHaveDuplicates();
    assertThat(probes.trouble()).isEmpty();
  }

  @Test
  void itGoesOnByItselfWhenTheHostIsWellAgain() {
    watch(6, HTTP);
    failAll(6);
    pass(INTERVAL.multipliedBy(2));
    assertThat(probes.trouble()).contains("6 of 6 apps");
    failing.clear();
    pass(INTERVAL.multipliedBy(2));
    assertThat(probes.trouble()).isEmpty();
    assertThat(sick).isEmpty();

    failing.add("app0");
    pass(INTERVAL.multipliedBy(4));
    assertThat(sick).containsExactly("app0");
  }

  @Test
  void whomTheEngineChecksIsNotProbedAndJudgedByItsWord() {
    watch(3, OWN);
    pass(INTERVAL.multipliedBy(2));
    assertThat(asked).isEmpty();
    assertThat(counted).isEmpty();
    assertThat(sick).isEmpty();

    unhealthy.add(id("app1"));
    pass(INTERVAL.multipliedBy(2));
    assertThat(sick).containsExactly("app1");
    assertThat(counted).isEmpty();
  }

  @Test
  void theEnginesEventsAloneAreTakenForTroubleOfTheHostToo() {
    watch(6, OWN);
    for (int i = 0; i < 6; i++) {
      unhealthy.add(id("app" + i));
      probes.unwell(new AppName("app" + i), id("app" + i));
    }
    pass(INTERVAL);

    assertThat(sick).isEmpty();
    assertThat(probes.trouble()).contains("6 of 6 apps");
  }

  @Test
  void eventsThatDribbleInWithinAnIntervalAreOneTrouble() {
    watch(6, OWN);
    for (int i = 0; i < 6; i++) {
      unhealthy.add(id("app" + i));
      probes.unwell(new AppName("app" + i), id("app" + i));
      pass(INTERVAL.dividedBy(8));
    }
    pass(INTERVAL);

    assertThat(sick).isEmpty();
    assertThat(probes.trouble()).contains("6 of 6 apps");
  }

  @Test
  void oneOfManyThatIsAloneInItIsPointedOutAnIntervalLater() {
    watch(6, OWN);
    unhealthy.add(id("app3"));
    probes.unwell(new AppName("app3"), id("app3"));
    pass(INTERVAL.dividedBy(2));
    assertThat(sick).isEmpty();
    pass(INTERVAL);

    assertThat(sick).containsExactly("app3");
  }

  @Test
  void anEventOfOneThatIsProbedIsNotItsAnswer() {
    watch(1, HTTP);
    probes.unwell(new AppName("app0"), id("app0"));
    pass(INTERVAL);

    assertThat(sick).isEmpty();
  }

  @Test
  void whomNobodyAsksSaysNothingOfTheHost() {
    watch(5, HTTP);
    IntStream.range(5, 15).forEach(i -> watch("app" + i, new HealthCheck.None()));
    failAll(15);
    pass(INTERVAL.multipliedBy(3));

    assertThat(probes.trouble()).contains("5 of 5 apps");
    assertThat(asked).doesNotContain("app5");
  }

  @Test
  void theProbesOfFiveHundredAppsAreSpreadOverTheInterval() {
    watch(500, HTTP);
    var perBeat = new HashMap<Long, Integer>();
    for (long beat = 0; beat < INTERVAL.dividedBy(probes.beat()); beat++) {
      asked.clear();
      pass(probes.beat());
      perBeat.put(beat, asked.size());
    }

    assertThat(perBeat.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(500);
    assertThat(perBeat.values())
        .as("17 in each of 30 beats, if it were even")
        .allSatisfy(count -> assertThat(count).isBetween(5, 35));
  }

  @Test
  void anErrorEndsNeitherTheRoundsNorTheAppsProbes() {
    watch(1, HTTP);
    fault = Optional.of(new NoClassDefFoundError("for a test"));
    pass(INTERVAL.multipliedBy(2));
    assertThat(asked).hasSize(2);
    assertThat(sick).isEmpty();

    fault = Optional.empty();
    failAll(1);
    pass(INTERVAL.multipliedBy(4));
    assertThat(sick).containsExactly("app0");
  }
}
