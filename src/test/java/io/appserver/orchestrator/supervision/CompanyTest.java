package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.convergence.operation.Node;
import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.operation.Presence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CompanyTest {

  private static final Duration BEAT = Duration.ofSeconds(2);
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may wrap
  private final Company company = new Company(nanos::get);

  /** When anybody of the node was seen last, as the row has it. */
  private Instant seen = BEGIN;

  private void beat(Node... others) {
    nanos.addAndGet(BEAT.toNanos());
    Instant before = seen;
    seen = seen.plus(BEAT);
    company.note(
        "here",
        new Presence(true, Optional.of(new Presence.Row("engine", before, seen)), List.of(others)));
  }

  private void beatFor(Duration time, Node... others) {
    for (long i = 0; i <= time.dividedBy(BEAT); i++) {
      beat(others);
    }
  }

  private static Node node(String name, boolean alive) {
    return new Node(name, "id of " + name, BEGIN, alive, false);
  }

  private void aloneForLong() {
    beatFor(Nodes.PATIENCE.plus(BEAT), node("here", true), node("dead", false));
    assertThat(company.isAlone()).isTrue();
  }

  @Test
  void isNotKnownAtFirst() {
    assertThat(company.isAlone()).isFalse();
    beatFor(Nodes.PATIENCE.minus(BEAT));
    assertThat(company.isAlone()).isFalse();
  }

  @Test
  void whoMeetsNobodyForLongIsAlone() {
    aloneForLong();
  }

  @Test
  void anInstanceOfTheSameNodeWritesItsRowToo() {
    aloneForLong();
    seen = seen.plusMillis(700);
    beat();
    assertThat(company.isAlone()).isFalse();
  }

  @Test
  void anInstanceOfAnotherNodeIsAlive() {
    aloneForLong();
    beat(node("here", true), node("far", true));
    assertThat(company.isAlone()).isFalse();
  }

  @Test
  void whoseCompanyHasLeftIsAloneAgainAfterAWhile() {
    beatFor(Nodes.PATIENCE, node("far", true));
    assertThat(company.isAlone()).isFalse();
    aloneForLong();
  }

  @Test
  void whoCannotSayThatItIsAliveKnowsNothing() {
    aloneForLong();
    assertThat(company.engineOfNode()).contains("engine");
    nanos.addAndGet(Company.FRESH.toNanos() + 1);
    assertThat(company.isAlone()).isFalse();
    assertThat(company.engineOfNode()).isEmpty();
  }

  @Test
  void whoMissedToSayThatItIsAliveKnowsNothingUntilItHasForAWhile() {
    aloneForLong();
    company.missed();
    assertThat(company.isAlone()).isFalse();
    assertThat(company.engineOfNode()).isEmpty();
    beat();
    assertThat(company.isAlone()).isFalse();
    aloneForLong();
  }

  @Test
  void whoseNameIsGoneKnowsNothing() {
    aloneForLong();
    company.note("here", new Presence(false, Optional.empty(), List.of()));
    assertThat(company.isAlone()).isFalse();
    assertThat(company.engineOfNode()).isEmpty();
  }
}
