package io.appserver.orchestrator.rest.view;

import io.appserver.orchestrator.rest.problem.Problems;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The apps of all nodes, and what could not be done, in numbers. */
@Singleton
public class AppFigures {

  private final DeploymentOverview overview;
  private final DeadLetterCount deadLetters;

  @Inject
  public AppFigures(DeploymentOverview overview, DeadLetterCount deadLetters) {
    this.overview = overview;
    this.deadLetters = deadLetters;
  }

  /**
   * The figures of now.
   *
   * @param trouble why the database could not be read, in words; empty if it could
   * @param counts of apps, by state
   * @param attention how many apps somebody should look at
   * @param deadLetters how many there are; empty while nobody knows
   */
  public record Figures(
      String trouble,
      Map<String, Long> counts,
      int apps,
      long attention,
      OptionalInt deadLetters) {}

  public Figures now() {
    Collection<DeploymentView> rows = List.of();
    String trouble = "";
    try {
      rows = overview.all();
    } catch (RuntimeException e) {
      trouble = Problems.of(e).detail();
    }
    return new Figures(
        trouble,
        Query.counts(rows),
        rows.size(),
        rows.stream().filter(DeploymentView::attention).count(),
        deadLetters.now());
  }
}
