package io.appserver.orchestrator.app;

/** What one app needs of another. */
public record Dependency(AppId dependant, AppId dependsOn, Kind kind) {

  /** How much it needs it. */
  public enum Kind {
    /** The other is healthy before this one starts. */
    HARD,
    /** The other goes first when both are due; it is never waited for. */
    SOFT
  }
}
