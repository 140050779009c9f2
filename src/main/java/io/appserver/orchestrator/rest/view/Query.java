package io.appserver.orchestrator.rest.view;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.appserver.orchestrator.deployment.DeploymentState;
import jakarta.ws.rs.BadRequestException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which apps are asked for, in which order. */
public final class Query {

  private static final int LARGEST_PAGE = 1000;

  private static final Comparator<DeploymentView> BY_NAME =
      Comparator.comparing(DeploymentView::app);

  private static final Comparator<DeploymentView> ATTENTION_FIRST =
      Comparator.comparing((DeploymentView row) -> !row.attention()).thenComparing(BY_NAME);

  private static final Map<String, Comparator<DeploymentView>> ORDERS =
      Map.of(
          "app", BY_NAME,
          "state", Comparator.comparing(DeploymentView::state),
          "node", Comparator.comparing(row -> row.node().orElse("")),
          "restarts", Comparator.comparingInt(DeploymentView::restarts),
          "updatedAt", Comparator.comparing(row -> row.updatedAt().orElse(Instant.EPOCH)),
          "healthySince", Comparator.comparing(row -> row.healthySince().orElse(Instant.MAX)));

  private final DeploymentFilter filter;
  private final Comparator<DeploymentView> order;
  private final int page;
  private final int size;

  /**
   * @throws BadRequestException if it asks for what there cannot be
   */
  public Query(DeploymentFilter filter, @Nullable String sort, int page, int size) {
    this.filter = filter;
    this.order = order(sort == null ? "" : sort);
    this.page = page;
    this.size = size;
    if (page < 1 || size < 1 || size > LARGEST_PAGE) {
      throw new BadRequestException(
          "page must be at least 1, and size from 1 to %d".formatted(LARGEST_PAGE));
    }
  }

  private static Comparator<DeploymentView> order(String sort) {
    if (sort.isBlank()) {
      return ATTENTION_FIRST;
    }
    boolean reversed = sort.startsWith("-");
    Comparator<DeploymentView> order = ORDERS.get(reversed ? sort.substring(1) : sort);
    if (order == null) {
      throw new BadRequestException(
          "sort must be one of %s, with or without a minus in front"
              .formatted(String.join(", ", ORDERS.keySet().stream().sorted().toList())));
    }
    return (reversed ? order.reversed() : order).thenComparing(BY_NAME);
  }

  public Listing of(Collection<DeploymentView> rows) {
    List<DeploymentView> found = rows.stream().filter(filter::matches).sorted(order).toList();
    List<DeploymentView> shown = found.stream().skip((page - 1L) * size).limit(size).toList();
    return new Listing(shown, found.size(), page, size, counts(rows));
  }

  public static Map<String, Long> counts(Collection<DeploymentView> rows) {
    var counts = new TreeMap<String, Long>();
    Arrays.stream(DeploymentState.values()).forEach(state -> counts.put(state.code(), 0L));
    counts.putAll(rows.stream().collect(groupingBy(DeploymentView::state, counting())));
    return counts;
  }
}
