package io.appserver.orchestrator.supervision.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.operation.Orphan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrphanPolicyTest {

  private static final Duration SHORT = OrphanPolicy.GRACE.minusSeconds(1);

  private static List<AppName> apps(int count) {
    return IntStream.range(0, count).mapToObj(i -> new AppName("app" + i)).toList();
  }

  private static List<Orphan> orphans(int count, Duration since) {
    return apps(count).stream().map(app -> new Orphan(app, since, false, false)).toList();
  }

  private static OrphanPolicy of(List<Orphan> known, int all) {
    Set<AppName> candidates = Set.copyOf(known.stream().map(Orphan::app).toList());
    return OrphanPolicy.of(known, candidates, all, false);
  }

  @Test
  void theyGoAfterAWhileAndATenthInAnHour() {
    assertThat(of(orphans(5, SHORT), 30).due()).isEmpty();
    assertThat(of(orphans(5, OrphanPolicy.GRACE), 30).due()).isEqualTo(apps(3));
  }

  @Test
  void whatWentWithinTheHourCountsHoweverOftenItIsAsked() {
    var known = new ArrayList<Orphan>();
    apps(5)
        .forEach(
            app -> known.add(new Orphan(app, OrphanPolicy.GRACE, false, apps(3).contains(app))));
    Set<AppName> left = Set.copyOf(apps(5).subList(3, 5));

    assertThat(OrphanPolicy.of(known, left, 28, false).due()).isEmpty();
    assertThat(OrphanPolicy.of(known, Set.copyOf(apps(5)), 30, false).due())
        .as("those that are still there are asked for again")
        .isEqualTo(apps(3));
  }

  @Test
  void oneMayAlwaysGo() {
    assertThat(of(orphans(3, OrphanPolicy.GRACE), 3).due()).hasSize(1);
  }

  @Test
  void manyGoByAnOperatorsWordAlone() {
    OrphanPolicy many = of(orphans(15, OrphanPolicy.GRACE), 20);
    assertThat(many.due()).isEmpty();
    assertThat(many.asked()).containsExactlyInAnyOrderElementsOf(apps(15));

    var allowed =
        apps(15).stream()
            .map(app -> new Orphan(app, SHORT, app.value().endsWith("1"), false))
            .toList();
    assertThat(of(allowed, 20).due())
        .containsExactlyInAnyOrder(new AppName("app1"), new AppName("app11"));
  }

  @Test
  void noneGoesByItselfWhileThePlatformHasNoAppAtAll() {
    List<Orphan> known = orphans(2, OrphanPolicy.GRACE);
    OrphanPolicy empty = OrphanPolicy.of(known, Set.copyOf(apps(2)), 30, true);

    assertThat(empty.due()).isEmpty();
    assertThat(empty.asked()).isEqualTo(apps(2));
  }
}
