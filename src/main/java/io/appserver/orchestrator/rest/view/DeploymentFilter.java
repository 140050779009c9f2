package io.appserver.orchestrator.rest.view;

import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.HealthStatus;
import jakarta.ws.rs.BadRequestException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which apps are asked for. */
public final class DeploymentFilter {

  private final List<String> states;
  private final @Nullable String health;
  private final @Nullable String node;
  private final @Nullable Boolean attention;
  private final String text;

  /**
   * @param states any of them; of any state if there is none
   * @param text part of a name, an image or a reason
   * @throws BadRequestException if it asks for what there cannot be
   */
  public DeploymentFilter(
      List<String> states,
      @Nullable String health,
      @Nullable String node,
      @Nullable Boolean attention,
      @Nullable String text) {
    this.states = states.stream().filter(state -> !state.isBlank()).toList();
    this.health = blankIsNone(health);
    this.node = blankIsNone(node);
    this.attention = attention;
    this.text = text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
    requireKnown(
        "state", this.states, Arrays.stream(DeploymentState.values()).map(DeploymentState::code));
    requireKnown(
        "health",
        this.health == null ? List.of() : List.of(this.health),
        Arrays.stream(HealthStatus.values()).map(HealthStatus::code));
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

  boolean matches(DeploymentView row) {
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
