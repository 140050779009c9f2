package io.appserver.orchestrator.rest.access;

import io.appserver.orchestrator.configuration.IssuerKeys;
import io.appserver.orchestrator.configuration.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;

/**
 * Tokens of the issuer that the operator named, by the rules of MicroProfile JWT 2.1. The server's
 * own feature for them is never asked in an application that has a mechanism of its own.
 */
@Singleton
public class TokenVerifier {

  /** The claims that name somebody, the best first. */
  private static final List<String> NAMES = List.of("upn", "preferred_username", "sub");

  private static final String GROUPS = "groups";

  /** More than any name; it stands in every entry of the history. */
  private static final int LONGEST_NAME = 200;

  /** Words for whoever sent the token; the library's own repeat what is in it. */
  private static final Map<Integer, String> REASONS =
      Map.ofEntries(
          Map.entry(ErrorCodes.EXPIRED, "The token has expired"),
          Map.entry(ErrorCodes.NOT_YET_VALID, "The token is not valid yet"),
          Map.entry(ErrorCodes.ISSUED_AT_INVALID_FUTURE, "The token is not valid yet"),
          Map.entry(ErrorCodes.ISSUED_AT_INVALID_PAST, "The token is too old"),
          Map.entry(ErrorCodes.ISSUER_INVALID, "The token is of another issuer"),
          Map.entry(ErrorCodes.ISSUER_MISSING, "The token names no issuer"),
          Map.entry(ErrorCodes.AUDIENCE_INVALID, "The token is for another audience"),
          Map.entry(ErrorCodes.AUDIENCE_MISSING, "The token is for another audience"),
          Map.entry(ErrorCodes.EXPIRATION_MISSING, "The token has no exp"),
          Map.entry(ErrorCodes.ISSUED_AT_MISSING, "The token has no iat"),
          Map.entry(ErrorCodes.SIGNATURE_INVALID, "The token's signature is wrong"));

  private static final String OTHERWISE = "The token cannot be verified";

  /** What was found out about a token. */
  sealed interface Finding {

    /** It is good until then. */
    record Known(Caller visitor, Instant until) implements Finding {}

    /**
     * It is not.
     *
     * @param reason a sentence without its end, and without anything of the token
     */
    record Wrong(String reason) implements Finding {}

    /** The issuer's keys cannot be read now. */
    record Undecided() implements Finding {}
  }

  private final Optional<JwtConsumer> verifier;
  private final Optional<Settings.TokenIssuer> issuer;

  @Inject
  public TokenVerifier(Settings settings) {
    this(settings.access().tokenIssuer());
  }

  TokenVerifier(Optional<Settings.TokenIssuer> issuer) {
    this.issuer = issuer;
    this.verifier = issuer.map(TokenVerifier::verifier);
  }

  private static JwtConsumer verifier(Settings.TokenIssuer issuer) {
    var builder =
        new JwtConsumerBuilder()
            .setJwsAlgorithmConstraints(ConstraintType.PERMIT, issuer.algorithm())
            .setJweAlgorithmConstraints(new AlgorithmConstraints(ConstraintType.PERMIT)) // none
            .setExpectedIssuer(true, issuer.name())
            .setRequireExpirationTime()
            .setRequireIssuedAt()
            .setIssuedAtRestrictions(0, seconds(issuer.mostAge()))
            .setAllowedClockSkewInSeconds((int) issuer.clockSkew().toSeconds());
    if (issuer.audiences().isEmpty()) {
      builder.setSkipDefaultAudienceValidation();
    } else {
      builder.setExpectedAudience(true, issuer.audiences().toArray(String[]::new));
    }
    switch (issuer.keys()) {
      case IssuerKeys.Given(List<PublicJsonWebKey> keys)
          when keys.size() == 1 && keys.getFirst().getKeyId() == null ->
          builder.setVerificationKey(keys.getFirst().getPublicKey()); // whatever the token calls it
      case IssuerKeys.Given(List<PublicJsonWebKey> keys) -> {
        var resolver = new JwksVerificationKeyResolver(List.copyOf(keys));
        resolver.setDisambiguateWithVerifySignature(true);
        builder.setVerificationKeyResolver(resolver);
      }
      case IssuerKeys.Fetched fetched ->
          builder.setVerificationKeyResolver(new RemoteJwks(fetched.location()));
    }
    return builder.build();
  }

  private static int seconds(Optional<Duration> mostAge) {
    return mostAge.map(age -> (int) age.toSeconds()).orElse(Integer.MAX_VALUE);
  }

  /** Empty if no tokens are taken. */
  Optional<Finding> examine(String token) {
    return verifier.map(found -> examine(found, token));
  }

  private Finding examine(JwtConsumer verifier, String token) {
    try {
      JwtClaims claims = verifier.processToClaims(token);
      return name(claims)
          .<Finding>map(name -> new Finding.Known(new Caller(name, roles(claims)), end(claims)))
          .orElseGet(() ->
              new Finding.Wrong("The token names nobody: it has no " + String.join(", ", NAMES)));
    } catch (InvalidJwtException e) {
      return RemoteJwks.areTheCauseOf(e) ? new Finding.Undecided() : new Finding.Wrong(reason(e));
    }
  }

  /** By its own end, or by the age that the operator set, as the verifier counts them. */
  private Instant end(JwtClaims claims) {
    try {
      Instant end = Instant.ofEpochMilli(claims.getExpirationTime().getValueInMillis());
      Optional<Duration> mostAge = issuer.flatMap(Settings.TokenIssuer::mostAge);
      if (mostAge.isPresent()) {
        Instant tooOld =
            Instant.ofEpochMilli(claims.getIssuedAt().getValueInMillis()).plus(mostAge.get());
        end = tooOld.isBefore(end) ? tooOld : end;
      }
      return end.plus(issuer.map(Settings.TokenIssuer::clockSkew).orElse(Duration.ZERO));
    } catch (MalformedClaimException e) {
      return Instant.MIN; // the verifier takes no such token
    }
  }

  private static String reason(InvalidJwtException e) {
    return e.getErrorDetails().stream()
        .map(error -> REASONS.getOrDefault(error.getErrorCode(), OTHERWISE))
        .findFirst()
        .orElse(OTHERWISE);
  }

  /** The first that is there; one that would tear a line of the log apart is none. */
  private static Optional<String> name(JwtClaims claims) {
    return NAMES.stream()
        .filter(claims::isClaimValueString)
        .map(claims::getClaimValueAsString)
        .filter(name -> !name.isBlank() && name.length() <= LONGEST_NAME)
        .filter(name -> name.chars().noneMatch(Character::isISOControl))
        .findFirst();
  }

  private static Set<String> roles(JwtClaims claims) {
    if (!(claims.getClaimValue(GROUPS) instanceof List<?> groups)) {
      return Set.of();
    }
    var roles = new HashSet<String>();
    Stream.of(Roles.VIEWER, Roles.OPERATOR).filter(groups::contains).forEach(roles::add);
    if (roles.contains(Roles.OPERATOR)) {
      roles.add(Roles.VIEWER);
    }
    return roles;
  }
}
