package io.appserver.orchestrator.configuration;

import static io.appserver.orchestrator.configuration.ValueFormats.integer;
import static io.appserver.orchestrator.configuration.ValueFormats.matching;
import static io.appserver.orchestrator.configuration.ValueFormats.oneOf;

import io.appserver.orchestrator.configuration.Settings.TokenIssuer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads whose tokens are taken. Without an issuer none are. */
final class TokenSettings {

  private static final String ISSUER = "MP_JWT_VERIFY_ISSUER";
  private static final String KEY = "MP_JWT_VERIFY_PUBLICKEY";
  private static final String KEY_LOCATION = "MP_JWT_VERIFY_PUBLICKEY_LOCATION";
  private static final String ALGORITHM = "MP_JWT_VERIFY_PUBLICKEY_ALGORITHM";

  /** The types of keys (RFC 7518) that go with the algorithms. */
  private static final Map<String, String> ALGORITHM_OF = Map.of("RSA", "RS256", "EC", "ES256");

  /** What SmallRye allows, where Liberty has 5 min. */
  private static final int CLOCK_SKEW_SECONDS = 60;

  private static final int DAY_SECONDS = 24 * 60 * 60;

  private final VariableReader variables;

  TokenSettings(VariableReader variables) {
    this.variables = variables;
  }

  Optional<TokenIssuer> issuer() {
    Optional<String> name =
        variables.find(ISSUER, matching("\\S+", "a name or URL, without spaces"));
    Optional<IssuerKeys> keys = keys();
    String algorithm = variables.value(ALGORITHM, "RS256", oneOf("RS256", "ES256"));
    keys.ifPresent(found -> requireOneFor(algorithm, found));
    List<String> audiences =
        variables.value("MP_JWT_VERIFY_AUDIENCES", List.of(), TokenSettings::list);
    int skew =
        variables.value("MP_JWT_VERIFY_CLOCK_SKEW", CLOCK_SKEW_SECONDS, integer(0, DAY_SECONDS));
    Optional<Integer> age =
        variables.find("MP_JWT_VERIFY_TOKEN_AGE", integer(1, 365 * DAY_SECONDS));
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
    Optional<IssuerKeys> given = variables.find(KEY, IssuerKeys::read);
    Optional<IssuerKeys> located = variables.find(KEY_LOCATION, IssuerKeys::locate);
    boolean isSet = variables.isSet(KEY) || variables.isSet(KEY_LOCATION);
    if (variables.isSet(ISSUER) && !isSet) {
      variables.report(
          KEY_LOCATION,
          "",
          "must be set too, or %s, as %s is set: where the issuer's public keys are"
              .formatted(KEY, ISSUER));
    } else if (isSet && !variables.isSet(ISSUER)) {
      variables.report(
          ISSUER,
          "",
          "must be set too, as %s is set".formatted(variables.isSet(KEY) ? KEY : KEY_LOCATION));
    } else if (variables.isSet(KEY) && variables.isSet(KEY_LOCATION)) {
      variables.report(KEY, "set", "must not be set beside %s; remove one".formatted(KEY_LOCATION));
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
          ALGORITHM, algorithm, "must be %s to go with the key".formatted(possible.getFirst()));
    }
  }

  private static List<String> list(String text) {
    return Pattern.compile(",")
        .splitAsStream(text)
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }
}
