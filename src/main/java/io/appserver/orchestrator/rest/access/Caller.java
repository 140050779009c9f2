package io.appserver.orchestrator.rest.access;

import java.io.Serial;
import java.io.Serializable;
import java.util.Set;

/**
 * Somebody who is logged in.
 *
 * @param name as it stands in the history
 */
public record Caller(String name, Set<String> roles) implements Serializable {

  @Serial private static final long serialVersionUID = 1L;

  public Caller {
    roles = Set.copyOf(roles);
  }
}
