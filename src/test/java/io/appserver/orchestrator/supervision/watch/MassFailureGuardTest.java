package io.appserver.orchestrator.supervision.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MassFailureGuardTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration WINDOW = Duration.ofSeconds(30);
  private static final Set<AppName> TEN = apps(10);

  private final MassFailureGuard host = new MassFailureGuard(WINDOW);
  private final Set<AppName> starting = new HashSet<>();

  private static Set<AppName> apps(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new AppName("app" + i))
        .collect(Collectors.toSet());
  }

  private static AppName app(int number) {
    return new AppName("app" + number);
  }

  private static Instant after(int windows) {
    return START.plus(WINDOW.multipliedBy(windows));
  }

  @Test
  void fewFailingAppsAreRestarted() {
    host.observe(apps(4), TEN, starting, true, START);
    assertThat(host.mayRestart(app(0), START)).isTrue();
    host.observe(apps(5), TEN, starting, true, START);
    assertThat(host.mayRestart(app(0), START)).as("five, but not over half").isTrue();
    host.observe(apps(4), apps(4), starting, true, START);
    assertThat(host.mayRestart(app(0), START)).as("all, but not five").isTrue();
  }

  @Test
  void mostFailingAtOnceAreTheHostsTroubleForThreeWindows() {
    host.observe(apps(6), TEN, starting, true, START);

    assertThat(host.words()).hasValueSatisfying(w -> assertThat(w).contains("6 of 10"));
    assertThat(host.mayRestart(app(0), after(2))).isFalse();
    assertThat(host.mayRestart(app(0), after(3))).as("one on trial").isTrue();
    assertThat(host.mayRestart(app(0), after(3))).as("once").isFalse();
    assertThat(host.mayRestart(app(1), after(3))).as("one at a time").isFalse();
    assertThat(host.mayRestart(app(1), after(6))).as("the next, as it did not help").isTrue();
  }

  @Test
  void aTrialThatHelpsLetsTheOthersBeRestarted() {
    host.observe(apps(6), TEN, starting, true, START);
    assertThat(host.mayRestart(app(0), after(3))).isTrue();
    Set<AppName> others =
        IntStream.range(1, 7).mapToObj(MassFailureGuardTest::app).collect(Collectors.toSet());
    starting.add(app(0));
    host.observe(others, without(app(0)), starting, true, after(3));
    assertThat(host.mayRestart(app(1), after(3))).as("it restarts, nothing is known yet").isFalse();

    host.observe(others, TEN, starting, true, after(3));
    assertThat(host.mayRestart(app(1), after(3))).isTrue();
    assertThat(host.words()).isEmpty();
  }

  private static Set<AppName> without(AppName app) {
    return TEN.stream().filter(other -> !other.equals(app)).collect(Collectors.toSet());
  }

  @Test
  void whatIsOnTrialCountsAsFailingUntilItIsHealthyHoweverLongThatTakes() {
    host.observe(apps(5), apps(5), starting, true, START);
    for (int trial = 4; trial >= 0; trial--) {
      Instant now = after(3 * (5 - trial));
      host.observe(apps(trial + 1), apps(trial + 1), starting, true, now);
      assertThat(host.words()).hasValueSatisfying(w -> assertThat(w).contains("5 of 5"));
      assertThat(host.mayRestart(app(trial), now)).isTrue();
      assertThat(host.isOnTrial(app(trial))).isTrue();
      starting.add(app(trial));
    }
    host.observe(Set.of(), Set.of(), starting, true, after(100));
    assertThat(host.words()).hasValueSatisfying(w -> assertThat(w).contains("5 of 5"));
    assertThat(host.isOfTheHost()).isTrue();

    starting.remove(app(2));
    host.observe(Set.of(), Set.of(app(2)), starting, true, after(101));
    assertThat(host.words()).as("one of them is healthy").isEmpty();
    assertThat(host.isOfTheHost()).isFalse();
  }

  @Test
  void whatIsGoneSinceItsTrialDoesNotMakeItLast() {
    host.observe(apps(5), apps(5), starting, true, START);
    for (int trial = 4; trial >= 0; trial--) {
      assertThat(host.mayRestart(app(trial), after(3 * (5 - trial)))).isTrue();
    }
    starting.add(app(0));
    host.observe(Set.of(), Set.of(), starting, true, after(16));
    assertThat(host.isOfTheHost()).isTrue();

    host.observe(Set.of(), Set.of(), Set.of(), true, after(16));
    assertThat(host.words()).isEmpty();
  }

  @Test
  void itLastsUntilFewFail() {
    host.observe(apps(6), TEN, starting, true, START);
    host.observe(apps(4), TEN, starting, true, START);
    assertThat(host.mayRestart(app(0), START)).as("not over half any more, but many").isFalse();

    host.observe(apps(3), TEN, starting, true, START);
    assertThat(host.mayRestart(app(0), START)).isTrue();
  }

  @Test
  void anEngineThatIsBackLeavesNoTroubleOfFewApps() {
    host.observe(apps(1), apps(1), starting, false, START);
    host.observe(apps(1), apps(1), starting, true, START);

    assertThat(host.words()).isEmpty();
    assertThat(host.mayRestart(app(0), START)).isTrue();
  }

  @Test
  void itEndsByItself() {
    host.observe(apps(6), TEN, starting, true, START);
    host.observe(apps(2), TEN, starting, true, START);

    assertThat(host.mayRestart(app(0), START)).isTrue();
    assertThat(host.words()).isEmpty();
  }

  @Test
  void anEngineThatDoesNotAnswerIsTroubleWhoeverFails() {
    host.observe(apps(1), TEN, starting, false, START);

    assertThat(host.mayRestart(app(0), START)).isFalse();
    assertThat(host.words())
        .hasValueSatisfying(w -> assertThat(w).contains("engine does not answer"));
  }
}
