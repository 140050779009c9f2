package io.appserver.orchestrator.testing;

import java.util.List;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

/** Issues tokens, with a key of its own that it may exchange. */
public final class Issuer {

  public static final String NAME = "https://issuer.example";

  private PublicJsonWebKey key;

  public Issuer() {
    key = rsaKey("first");
  }

  public static PublicJsonWebKey rsaKey(String id) {
    try {
      PublicJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
      key.setKeyId(id);
      return key;
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** From now on tokens are signed with another key, and the one before is good for nothing. */
  public synchronized void exchangeKey(String id) {
    key = rsaKey(id);
  }

  public synchronized PublicJsonWebKey key() {
    return key;
  }

  /** What anybody may see, as a JSON Web Key Set. */
  public synchronized String keySet() {
    return new JsonWebKeySet(List.of(key)).toJson();
  }

  /** Good claims: the tests make them worse. */
  public static JwtClaims claims(String name, String... groups) {
    var claims = new JwtClaims();
    claims.setIssuer(NAME);
    claims.setIssuedAtToNow();
    claims.setExpirationTimeMinutesInTheFuture(10);
    claims.setStringClaim("upn", name);
    claims.setStringListClaim("groups", groups);
    return claims;
  }

  public synchronized String token(JwtClaims claims) {
    return token(claims, key, AlgorithmIdentifiers.RSA_USING_SHA256);
  }

  public static String token(JwtClaims claims, PublicJsonWebKey key, String algorithm) {
    var signature = new JsonWebSignature();
    signature.setPayload(claims.toJson());
    signature.setAlgorithmHeaderValue(algorithm);
    signature.setKeyIdHeaderValue(key.getKeyId());
    signature.setKey(key.getPrivateKey());
    return sign(signature);
  }

  public static String sign(JsonWebSignature signature) {
    try {
      return signature.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }
}
