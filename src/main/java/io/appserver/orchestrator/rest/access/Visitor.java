package io.appserver.orchestrator.rest.access;

import java.io.Serial;
import java.io.Serializable;
import java.util.Set;

/**
 * Somebody who is logged in.
 *
 * @param name as it stands in the history
 */
public record Visitor(String name, Set<String> roles) implements Serializable {

  @Serial private static final long serialVersionUID = 1L;

  public Visitor {
    roles = Set.copyOf(roles);
  }
}
