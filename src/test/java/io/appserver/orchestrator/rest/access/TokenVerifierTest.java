package io.appserver.orchestrator.rest.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.appserver.orchestrator.configuration.OperatorSets;
import io.appserver.orchestrator.e2e.support.FreePort;
import io.appserver.orchestrator.testing.Issuer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {

  private final Issuer issuer = new Issuer();
  private final TokenVerifier verifier = tokens(Map.of());

  /** Those of the issuer, with these settings besides, or instead. */
  private TokenVerifier tokens(Map<String, String> others) {
    var settings = new HashMap<>(Map.of("MP_JWT_VERIFY_ISSUER", Issuer.NAME));
    settings.put("MP_JWT_VERIFY_PUBLICKEY", issuer.keySet());
    settings.putAll(others);
    return new TokenVerifier(OperatorSets.settings(settings));
  }

  private static TokenVerifier tokensWithKeysAt(String location) {
    return new TokenVerifier(
        OperatorSets.settings(
            Map.of(
                "MP_JWT_VERIFY_ISSUER",
                Issuer.NAME,
                "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
                location)));
  }

  private static String pem(PublicJsonWebKey key) {
    return "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
        .formatted(
            Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(key.getPublicKey().getEncoded()));
  }

  private static TokenVerifier.Finding examine(TokenVerifier verifier, String token) {
    return verifier.examine(token).orElseThrow();
  }

  private static Caller visitor(TokenVerifier verifier, String token) {
    assertThat(examine(verifier, token)).isInstanceOf(TokenVerifier.Finding.Known.class);
    return ((TokenVerifier.Finding.Known) examine(verifier, token)).visitor();
  }

  private static void assertRefused(TokenVerifier verifier, String token, String reason) {
    assertThat(examine(verifier, token)).isEqualTo(new TokenVerifier.Finding.Wrong(reason));
  }

  private void assertRefused(JwtClaims claims, String reason) {
    assertRefused(verifier, issuer.token(claims), reason);
  }

  private static NumericDate fromNow(long seconds) {
    NumericDate time = NumericDate.now();
    time.addSeconds(seconds);
    return time;
  }

  @Test
  void aGoodTokenNamesSomebodyWithRoles() {
    assertThat(visitor(verifier, issuer.token(Issuer.claims("ann", "operator"))))
        .isEqualTo(new Caller("ann", Set.of(Roles.OPERATOR, Roles.VIEWER)));
    assertThat(visitor(verifier, issuer.token(Issuer.claims("ben", "staff", "viewer"))))
        .isEqualTo(new Caller("ben", Set.of(Roles.VIEWER)));
  }

  @Test
  void withoutAnIssuerNoTokenIsLookedAt() {
    assertThat(
            new TokenVerifier(Optional.empty())
                .examine(issuer.token(Issuer.claims("ann", "operator"))))
        .isEmpty();
  }

  @Test
  void anotherIssuersTokenIsRefused() {
    JwtClaims claims = Issuer.claims("ann", "operator");
    claims.setIssuer("https://issuer.example.org");
    assertRefused(claims, "The token is of another issuer");
    claims.unsetClaim("iss");
    assertRefused(claims, "The token names no issuer");
  }

  @Test
  void anotherKeysSignatureIsRefused() {
    String named =
        Issuer.token(
            Issuer.claims("ann", "operator"),
            Issuer.rsaKey("first"), // the same name, another key
            AlgorithmIdentifiers.RSA_USING_SHA256);
    String unknown =
        Issuer.token(
            Issuer.claims("ann", "operator"),
            Issuer.rsaKey("second"),
            AlgorithmIdentifiers.RSA_USING_SHA256);
    assertRefused(verifier, named, "The token's signature is wrong");
    assertRefused(verifier, unknown, "The token cannot be verified");
    TokenVerifier byPem = tokens(Map.of("MP_JWT_VERIFY_PUBLICKEY", pem(issuer.key())));
    assertRefused(byPem, named, "The token's signature is wrong");
    assertRefused(byPem, unknown, "The token's signature is wrong");
  }

  @Test
  void aChangedTokenIsRefused() {
    String[] parts = issuer.token(Issuer.claims("ann", "viewer")).split("\\.", -1);
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
    parts[1] = base64(claims.replace("viewer", "operator"));
    assertRefused(verifier, String.join(".", parts), "The token's signature is wrong");
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anExpiredTokenIsRefusedUnlessClocksMayBeOffByThatMuch() {
    JwtClaims claims = Issuer.claims("ann", "operator");
    claims.setIssuedAt(fromNow(-3600));
    claims.setExpirationTime(fromNow(-1800));
    assertRefused(claims, "The token has expired");
    TokenVerifier patient = tokens(Map.of("MP_JWT_VERIFY_CLOCK_SKEW", "3600"));
    assertThat(visitor(patient, issuer.token(claims)).name()).isEqualTo("ann");
  }

  @Test
  void aTokenOfTheFutureIsRefused() {
    JwtClaims notBefore = Issuer.claims("ann", "operator");
    notBefore.setNotBefore(fromNow(1800));
    notBefore.setExpirationTime(fromNow(3600));
    assertRefused(notBefore, "The token is not valid yet");
    JwtClaims issuedLater = Issuer.claims("ann", "operator");
    issuedLater.setIssuedAt(fromNow(1800));
    issuedLater.setExpirationTime(fromNow(3600));
    assertRefused(issuedLater, "The token is not valid yet");
  }

  @Test
  void aTokenWithoutItsTimesIsRefused() {
    JwtClaims endless = Issuer.claims("ann", "operator");
    endless.unsetClaim("exp");
    assertRefused(endless, "The token has no exp");
    JwtClaims timeless = Issuer.claims("ann", "operator");
    timeless.unsetClaim("iat");
    assertRefused(timeless, "The token has no iat");
  }

  @Test
  void aTokenMayBeTooOldBeforeItExpires() {
    JwtClaims claims = Issuer.claims("ann", "operator");
    claims.setIssuedAt(fromNow(-3600));
    claims.setExpirationTime(fromNow(3600));
    String token = issuer.token(claims);
    assertThat(visitor(verifier, token).name()).isEqualTo("ann");
    assertRefused(tokens(Map.of("MP_JWT_VERIFY_TOKEN_AGE", "1800")), token, "The token is too old");
    assertThat(visitor(tokens(Map.of("MP_JWT_VERIFY_TOKEN_AGE", "7200")), token).name())
        .isEqualTo("ann");
  }

  @Test
  void aTokenMustBeForOneOfTheAudiencesWhereSomeAreSet() {
    TokenVerifier choosy = tokens(Map.of("MP_JWT_VERIFY_AUDIENCES", "orchestrator, console"));
    JwtClaims claims = Issuer.claims("ann", "operator");
    assertRefused(choosy, issuer.token(claims), "The token is for another audience");
    claims.setAudience("shop");
    assertRefused(choosy, issuer.token(claims), "The token is for another audience");
    assertThat(visitor(verifier, issuer.token(claims)).name()).isEqualTo("ann");
    claims.setAudience("shop", "console");
    assertThat(visitor(choosy, issuer.token(claims)).name()).isEqualTo("ann");
  }

  @Test
  void anUnsignedTokenIsRefused() {
    var unsigned = new JsonWebSignature();
    unsigned.setPayload(Issuer.claims("ann", "operator").toJson());
    unsigned.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);
    unsigned.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
    assertRefused(verifier, Issuer.sign(unsigned), "The token cannot be verified");
  }

  @Test
  void thePublicKeyIsNoSecretToSignWith() {
    PublicJsonWebKey key = issuer.key();
    for (byte[] secret :
        List.of(
            key.getPublicKey().getEncoded(),
            pem(key).getBytes(StandardCharsets.US_ASCII),
            pem(key).strip().getBytes(StandardCharsets.US_ASCII))) {
      var forged = new JsonWebSignature();
      forged.setPayload(Issuer.claims("ann", "operator").toJson());
      forged.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
      forged.setKeyIdHeaderValue(key.getKeyId());
      forged.setKey(new HmacKey(secret));
      String token = Issuer.sign(forged);
      assertRefused(verifier, token, "The token cannot be verified");
      assertRefused(
          tokens(Map.of("MP_JWT_VERIFY_PUBLICKEY", pem(key))),
          token,
          "The token cannot be verified");
    }
  }

  @Test
  void onlyTheAlgorithmThatIsSetIsTaken() throws Exception {
    PublicJsonWebKey curve = EcJwkGenerator.generateJwk(EllipticCurves.P256);
    curve.setKeyId("curve");
    String both = new JsonWebKeySet(List.of(issuer.key(), curve)).toJson();
    String rs256 = issuer.token(Issuer.claims("ann", "viewer"));
    String es256 =
        Issuer.token(
            Issuer.claims("eve", "viewer"),
            curve,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
    TokenVerifier rsa = tokens(Map.of("MP_JWT_VERIFY_PUBLICKEY", both));
    TokenVerifier ec =
        tokens(
            Map.of("MP_JWT_VERIFY_PUBLICKEY", both, "MP_JWT_VERIFY_PUBLICKEY_ALGORITHM", "ES256"));
    assertThat(visitor(rsa, rs256).name()).isEqualTo("ann");
    assertRefused(rsa, es256, "The token cannot be verified");
    assertThat(visitor(ec, es256).name()).isEqualTo("eve");
    assertRefused(ec, rs256, "The token cannot be verified");
  }

  @Test
  void theKeyMayBeWrittenInSeveralWays() {
    String token = issuer.token(Issuer.claims("ann", "viewer"));
    String pem = pem(issuer.key());
    for (String written :
        List.of(
            pem,
            pem.replace("\n", " "),
            pem.replace("\n", "\\n"),
            pem.replaceAll("-----[A-Z ]+-----|\n", ""),
            issuer.key().toJson(),
            issuer.keySet(),
            base64(issuer.keySet()))) {
      assertThat(visitor(tokens(Map.of("MP_JWT_VERIFY_PUBLICKEY", written)), token).name())
          .as(written)
          .isEqualTo("ann");
    }
  }

  @Test
  void theKeyMayBeInAFile(@TempDir Path folder) throws Exception {
    String token = issuer.token(Issuer.claims("ann", "viewer"));
    Path pem = Files.writeString(folder.resolve("key.pem"), pem(issuer.key()));
    Path set = Files.writeString(folder.resolve("keys.json"), issuer.keySet());
    for (String location :
        List.of(pem.toString(), pem.toUri().toString(), set.toString(), set.toUri().toString())) {
      assertThat(visitor(tokensWithKeysAt(location), token).name()).as(location).isEqualTo("ann");
    }
  }

  @Test
  void aTokenIsNeitherGoodNorWrongWhileThereAreNoKeys() {
    String token = issuer.token(Issuer.claims("ann", "operator"));
    TokenVerifier alone = tokensWithKeysAt("http://127.0.0.1:%d/keys".formatted(FreePort.find()));
    assertThat(examine(alone, token)).isEqualTo(new TokenVerifier.Finding.Undecided());
    assertThat(examine(alone, "x")).isInstanceOf(TokenVerifier.Finding.Wrong.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "{}",
        "{\"keys\":\"none\"}",
        "[]",
        "{\"keys\":[]}",
        "{\"keys\":[4]}"
      })
  void whatIsNoKeySetIsNoReasonToCallATokenWrong(String answer) throws Exception {
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
          try (exchange) {
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    try {
      TokenVerifier odd = tokensWithKeysAt("http://127.0.0.1:" + server.getAddress().getPort());
      String token = issuer.token(Issuer.claims("ann", "operator"));
      assertThat(examine(odd, token)).isEqualTo(new TokenVerifier.Finding.Undecided());
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "x", "a.b.c", "a.b.c.d.e", "..", "{}"})
  void whatIsNoTokenIsRefused(String token) {
    assertRefused(verifier, token, "The token cannot be verified");
  }

  @Test
  void theFirstClaimThatNamesSomebodyIsTheName() {
    JwtClaims claims = Issuer.claims("ann", "viewer");
    claims.setStringClaim("preferred_username", "annie");
    claims.setSubject("4711");
    assertThat(visitor(verifier, issuer.token(claims)).name()).isEqualTo("ann");
    claims.unsetClaim("upn");
    assertThat(visitor(verifier, issuer.token(claims)).name()).isEqualTo("annie");
    claims.unsetClaim("preferred_username");
    assertThat(visitor(verifier, issuer.token(claims)).name()).isEqualTo("4711");
    claims.unsetClaim("sub");
    assertRefused(claims, "The token names nobody: it has no upn, preferred_username, sub");
  }

  @Test
  void aNameThatWouldTearTheLogApartIsNone() {
    JwtClaims claims = Issuer.claims("ann\napp_name=todos HEALTHY", "viewer");
    claims.setSubject("4711");
    assertThat(visitor(verifier, issuer.token(claims)).name()).isEqualTo("4711");
    claims.setSubject("x".repeat(1000));
    assertThat(examine(verifier, issuer.token(claims)))
        .isInstanceOf(TokenVerifier.Finding.Wrong.class);
  }

  @Test
  void otherGroupsAndNoneGiveNoRole() {
    assertThat(visitor(verifier, issuer.token(Issuer.claims("ann"))).roles()).isEmpty();
    assertThat(visitor(verifier, issuer.token(Issuer.claims("ann", "Operator", "admin"))).roles())
        .isEmpty();
    JwtClaims oneWord = Issuer.claims("ann");
    oneWord.setStringClaim("groups", "operator");
    assertThat(visitor(verifier, issuer.token(oneWord)).roles()).isEmpty();
    oneWord.unsetClaim("groups");
    assertThat(visitor(verifier, issuer.token(oneWord)).roles()).isEmpty();
  }

  @Test
  void nothingOfATokenIsInWhatIsSaidOfIt() {
    TokenVerifier choosy = tokens(Map.of("MP_JWT_VERIFY_AUDIENCES", "orchestrator"));
    String token = issuer.token(Issuer.claims("ann.of.somewhere", "operator"));
    assertThat(examine(choosy, token).toString())
        .doesNotContain("ann.of.somewhere", token.split("\\.", -1)[1]);
  }
}
