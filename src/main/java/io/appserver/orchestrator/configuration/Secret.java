package io.appserver.orchestrator.configuration;

/**
 * A value that must not be seen: its text form hides it, {@link #reveal()} is for the one place
 * that needs it.
 */
public record Secret(String value) {

  public String reveal() {
    return value;
  }

  public boolean isEmpty() {
    return value.isEmpty();
  }

  @Override
  public String toString() {
    return value.isEmpty() ? "(empty)" : "(hidden)";
  }
}
