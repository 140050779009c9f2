package io.appserver.orchestrator.e2e.support;

import java.util.UUID;

/** An app as the platform knows it. */
public record App(UUID id, String name) {

  /** The name of its container, and its name in the network. */
  public String container() {
    return "app-" + name;
  }

  /** The name of its data volume. */
  public String volume() {
    return container() + "-data";
  }

  /** As the guide writes an event's body. */
  public String event() {
    return "{\"AppName\": \"%s\", \"AppID\": \"%s\"}".formatted(name, id);
  }

  @Override
  public String toString() {
    return name;
  }
}
