package io.appserver.orchestrator.configuration;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

/** The public keys that an issuer's tokens are verified with. */
public sealed interface IssuerKeys {

  /** Known from the start; at least one. */
  record Given(List<PublicJsonWebKey> keys) implements IssuerKeys {
    public Given {
      keys = List.copyOf(keys);
    }
  }

  /**
   * To be asked for when a token comes, as they change.
   *
   * @param location {@code http} or {@code https}; of a JSON Web Key Set (RFC 7517)
   */
  record Fetched(URI location) implements IssuerKeys {}

  /** The words of Java and of RFC 7518 are the same for them. */
  List<String> KEY_TYPES = List.of("RSA", "EC");

  /** The shortest RSA key that RS256 may be used with (RFC 7518). */
  int LEAST_RSA_BITS = 2048;

  /**
   * Reads a PEM public key, of which the first and last line may be missing and line breaks may be
   * spaces, or a JSON Web Key or Key Set, which may be in Base64.
   *
   * @throws IllegalArgumentException as {@link ValueFormat} has it
   */
  static IssuerKeys read(String text) {
    List<PublicJsonWebKey> keys;
    try {
      String bare = text.replaceAll("-----(?:BEGIN|END) PUBLIC KEY-----", "");
      keys = bare.startsWith("{") ? ofJson(bare) : ofBytes(ofBase64(bare));
    } catch (JoseException | IllegalArgumentException e) {
      // Without the cause: its message repeats what was read.
      throw new IllegalArgumentException(
          "must be a public key, RSA or of the curve P-256: PEM (BEGIN PUBLIC KEY), or a JSON Web Key or Key Set");
    }
    if (keys.stream().anyMatch(key -> key.getPrivateKey() != null)) {
      throw new IllegalArgumentException(
          "must be the public key alone; a private one is in it, which must stay with the issuer");
    }
    if (keys.stream().anyMatch(IssuerKeys::isShort)) {
      throw new IllegalArgumentException(
          "must be a key of at least %d bits".formatted(LEAST_RSA_BITS));
    }
    return new Given(keys);
  }

  /**
   * Takes a URL as it is, and reads a file.
   *
   * @throws IllegalArgumentException as {@link ValueFormat} has it
   */
  static IssuerKeys locate(String text) {
    if (text.startsWith("http://") || text.startsWith("https://")) {
      return new Fetched(AddressFormats.HTTP_DOCUMENT.read(text));
    }
    String path = text.startsWith("file:///") ? text.substring("file://".length()) : text;
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "must be the http:// or https:// URL of a JSON Web Key Set, or the absolute path of a file with a public key");
    }
    String content;
    try {
      content = Files.readString(Path.of(path)).strip();
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException("must be a file that the orchestrator can read", e);
    }
    return read(content);
  }

  private static byte[] ofBase64(String text) {
    String plain = text.replace("\\n", "").replaceAll("\\s", "");
    return Base64.getDecoder().decode(plain.replace('-', '+').replace('_', '/'));
  }

  private static List<PublicJsonWebKey> ofBytes(byte[] bytes) throws JoseException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.stripLeading().startsWith("{")) {
      return ofJson(text);
    }
    for (String algorithm : KEY_TYPES) {
      try {
        PublicKey key =
            KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(bytes));
        return List.of(PublicJsonWebKey.Factory.newPublicJwk(key));
      } catch (GeneralSecurityException e) {
        // of the other kind, or none
      }
    }
    throw new IllegalArgumentException("no public key");
  }

  private static List<PublicJsonWebKey> ofJson(String text) throws JoseException {
    Stream<JsonWebKey> all =
        JsonUtil.parseJson(text).get(JsonWebKeySet.JWK_SET_MEMBER_NAME) instanceof List<?>
            ? new JsonWebKeySet(text).getJsonWebKeys().stream()
            : Stream.of(JsonWebKey.Factory.newJwk(text));
    List<PublicJsonWebKey> keys =
        all.filter(key -> KEY_TYPES.contains(key.getKeyType()))
            .map(PublicJsonWebKey.class::cast)
            .toList();
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("no public key");
    }
    return keys;
  }

  private static boolean isShort(PublicJsonWebKey key) {
    return key.getPublicKey() instanceof RSAPublicKey rsa
        && rsa.getModulus().bitLength() < LEAST_RSA_BITS;
  }
}
