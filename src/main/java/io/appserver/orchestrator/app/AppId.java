package io.appserver.orchestrator.app;

import java.util.Optional;
import java.util.UUID;

/** The platform's identity of an app: a UUID that a re-install may replace. */
public record AppId(UUID value) {

  /** Reads the 36-character form; anything else is empty. */
  public static Optional<AppId> parse(String text) {
    if (text.length() != 36) {
      return Optional.empty(); // UUID.fromString also takes shortened groups
    }
    try {
      return Optional.of(new AppId(UUID.fromString(text)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
