package io.appserver.orchestrator.configuration;

import io.appserver.orchestrator.configuration.Settings.TokenIssuer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads whose tokens are taken. Without an issuer none are. */
final class TokenSettings {

  private static final Variable<String> ISSUER = LoginVariables.TOKEN_ISSUER;
  private static final Variable<IssuerKeys> KEY = LoginVariables.TOKEN_KEY;
  private static final Variable<IssuerKeys> KEY_LOCATION = LoginVariables.TOKEN_KEY_LOCATION;

  /** The types of keys (RFC 7518) that go with the algorithms. */
  private static final Map<String, String> ALGORITHM_OF = Map.of("RSA", "RS256", "EC", "ES256");

  private final VariableReader variables;

  TokenSettings(VariableReader variables) {
    this.variables = variables;
  }

  Optional<TokenIssuer> issuer() {
    Optional<String> name = variables.find(ISSUER);
    Optional<IssuerKeys> keys = keys();
    String algorithm = variables.value(LoginVariables.TOKEN_ALGORITHM);
    keys.ifPresent(found -> requireOneFor(algorithm, found));
    List<String> audiences = variables.find(LoginVariables.TOKEN_AUDIENCES).orElse(List.of());
    int skew = variables.value(LoginVariables.TOKEN_CLOCK_SKEW);
    Optional<Integer> age = variables.find(LoginVariables.TOKEN_AGE);
    if (name.isEmpty() || keys.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new TokenIssuer(
            name.get(),
            keys.get(),
            algorithm,
            audiences,
            Duration.ofSeconds(skew),
            age.map(Duration::ofSeconds)));
  }

  private Optional<IssuerKeys> keys() {
    Optional<IssuerKeys> given = variables.find(KEY);
    Optional<IssuerKeys> located = variables.find(KEY_LOCATION);
    boolean isSet = variables.isSet(KEY) || variables.isSet(KEY_LOCATION);
    if (variables.isSet(ISSUER) && !isSet) {
      variables.report(
          KEY_LOCATION,
          "",
          "must be set too, or %s, as %s is set: where the issuer's public keys are"
              .formatted(KEY.name(), ISSUER.name()));
    } else if (isSet && !variables.isSet(ISSUER)) {
      variables.report(
          ISSUER,
          "",
          "must be set too, as %s is set"
              .formatted(variables.isSet(KEY) ? KEY.name() : KEY_LOCATION.name()));
    } else if (variables.isSet(KEY) && variables.isSet(KEY_LOCATION)) {
      variables.report(
          KEY, "set", "must not be set beside %s; remove one".formatted(KEY_LOCATION.name()));
    }
    return given.or(() -> located);
  }

  private void requireOneFor(String algorithm, IssuerKeys keys) {
    if (!(keys instanceof IssuerKeys.Given given)) {
      return;
    }
    List<String> possible =
        given.keys().stream()
            .map(key -> ALGORITHM_OF.getOrDefault(key.getKeyType(), ""))
            .distinct()
            .toList();
    if (!possible.contains(algorithm)) {
      variables.report(
          LoginVariables.TOKEN_ALGORITHM,
          algorithm,
          "must be %s to go with the key".formatted(possible.getFirst()));
    }
  }
}
