package io.appserver.orchestrator.app;

import java.util.Optional;

/** The engine's full id of an app's container: 64 hexadecimal digits with Docker. */
public record ContainerId(String value) {
  public ContainerId {
    if (value.isBlank()) {
      throw new IllegalArgumentException("a container id is not blank");
    }
  }

  /** The id that a text is; empty if it is blank. */
  public static Optional<ContainerId> parse(String text) {
    return text.isBlank() ? Optional.empty() : Optional.of(new ContainerId(text));
  }

  /** The twelve digits that {@code docker ps} shows. */
  public String abbreviated() {
    return value.substring(0, Math.min(12, value.length()));
  }

  @Override
  public String toString() {
    return value;
  }
}
