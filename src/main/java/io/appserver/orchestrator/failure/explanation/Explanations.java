package io.appserver.orchestrator.failure.explanation;

import io.appserver.orchestrator.failure.FailureCode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All explanations, by code. */
public final class Explanations {

  private static final Map<String, Explanation> ALL = new LinkedHashMap<>();

  static {
    Stream.of(
            Arrays.stream(FailureCode.values()).map(FailureExplanations::of),
            KnownMessages.explanations().stream(),
            DeadLetterExplanations.all().stream())
        .flatMap(some -> some)
        .forEach(explanation -> ALL.put(explanation.code(), explanation));
  }

  private Explanations() {}

  /** Of deployments first, then of what apps say in their logs, then of dead letters. */
  public static List<Explanation> all() {
    return List.copyOf(ALL.values());
  }

  public static Optional<Explanation> of(String code) {
    return Optional.ofNullable(ALL.get(code));
  }

  public static Explanation of(FailureCode code) {
    return FailureExplanations.of(code);
  }
}
