package io.appserver.orchestrator.intake.event;

import io.appserver.orchestrator.convergence.signal.Cause;
import java.util.Locale;

/** What an event says happened to the app. Told by the queue it came through, not by its body. */
public enum EventKind {
  INSTALLED("app.installed"),
  UNINSTALLED("app.uninstalled");

  private final String routingKey;

  EventKind(String routingKey) {
    this.routingKey = routingKey;
  }

  /** The key the platform publishes it with. */
  public String routingKey() {
    return routingKey;
  }

  /** What a look at its app is owed to. */
  public Cause cause() {
    return switch (this) {
      case INSTALLED -> Cause.INSTALLED;
      case UNINSTALLED -> Cause.UNINSTALLED;
    };
  }

  /** The lower-case word of the database. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind of that code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static EventKind ofCode(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }
}
