package io.appserver.orchestrator.runtime;

/** The engine's full id of a container: 64 hexadecimal digits with Docker. */
public record ContainerId(String value) {
  public ContainerId {
    if (value.isBlank()) {
      throw new IllegalArgumentException("a container id is not blank");
    }
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
