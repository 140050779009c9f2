package io.appserver.orchestrator.rest.view;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.HealthStatus;
import jakarta.ws.rs.BadRequestException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
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

  private final List<String> states;
  private final @Nullable String health;
  private final @Nullable String node;
  private final @Nullable Boolean attention;
  private final String text;
  private final Comparator<DeploymentView> order;
  private final int page;
  private final int size;

  /**
   * @throws BadRequestException if it asks for what there cannot be
   */
  public Query(
      List<String> states,
      @Nullable String health,
      @Nullable String node,
      @Nullable Boolean attention,
      @Nullable String text,
      @Nullable String sort,
      int page,
      int size) {
    this.states = states.stream().filter(state -> !state.isBlank()).toList();
    this.health = blankIsNone(health);
    this.node = blankIsNone(node);
    this.attention = attention;
    this.text = text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
    this.order = order(sort == null ? "" : sort);
    this.page = page;
    this.size = size;
    requireKnown(
        "state", this.states, Arrays.stream(DeploymentState.values()).map(DeploymentState::code));
    requireKnown(
        "health",
        this.health == null ? List.of() : List.of(this.health),
        Arrays.stream(HealthStatus.values()).map(HealthStatus::code));
    if (page < 1 || size < 1 || size > LARGEST_PAGE) {
      throw new BadRequestException(
          "page must be at least 1, and size from 1 to %d".formatted(LARGEST_PAGE));
    }
  }

  private static void requireKnown(String name, List<String> given, Stream<String> known) {
    List<String> words = known.toList();
    if (!words.containsAll(given)) {
      throw new BadRequestException(name + " must be one of " + String.join(", ", words));
    }
  }

  private static @Nullable String blankIsNone(@Nullable String value) {
    return value == null || value.isBlank() ? null : value;
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
    List<DeploymentView> found = rows.stream().filter(this::matches).sorted(order).toList();
    List<DeploymentView> shown = found.stream().skip((page - 1L) * size).limit(size).toList();
    return new Listing(shown, found.size(), page, size, counts(rows));
  }

  public static Map<String, Long> counts(Collection<DeploymentView> rows) {
    var counts = new TreeMap<String, Long>();
    Arrays.stream(DeploymentState.values()).forEach(state -> counts.put(state.code(), 0L));
    counts.putAll(rows.stream().collect(groupingBy(DeploymentView::state, counting())));
    return counts;
  }

  private boolean matches(DeploymentView row) {
    return (states.isEmpty() || states.contains(row.state()))
        && (health == null || health.equals(row.health()))
        && (node == null || row.node().filter(node::equals).isPresent())
        && (attention == null || attention == row.attention())
        && (text.isEmpty() || words(row).anyMatch(word -> word.contains(text)));
  }

  private static Stream<String> words(DeploymentView row) {
    return Stream.of(
            Optional.of(row.app()),
            row.image(),
            row.digest(),
            row.container(),
            row.reason().map(DeploymentView.Reason::code),
            row.reason().map(DeploymentView.Reason::message))
        .flatMap(Optional::stream)
        .map(word -> word.toLowerCase(Locale.ROOT));
  }
}
