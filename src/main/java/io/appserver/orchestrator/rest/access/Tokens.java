package io.appserver.orchestrator.rest.access;

import jakarta.inject.Singleton;
import java.util.Optional;

/** Tokens of the issuer that the operator named. */
@Singleton
public class Tokens {

  Optional<Visitor> visitor(String token) {
    return Optional.empty();
  }
}
