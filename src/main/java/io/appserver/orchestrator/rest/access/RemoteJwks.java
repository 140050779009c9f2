package io.appserver.orchestrator.rest.access;

import io.appserver.orchestrator.failure.Causes;
import java.io.IOException;
import java.net.URI;
import java.security.Key;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jose4j.http.Get;
import org.jose4j.http.SimpleGet;
import org.jose4j.http.SimpleResponse;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * The keys at an address of the issuer: kept for as long as it says, and read anew when a token
 * names one that is not among them.
 */
final class RemoteJwks implements VerificationKeyResolver {

  private static final Logger LOG = Logger.getLogger(RemoteJwks.class.getName());

  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(3);

  /** Where the issuer does not say. */
  private static final Duration KEEP = Duration.ofMinutes(10);

  /** While it cannot be reached, those that are known stay good, and it is asked so often. */
  private static final Duration KEEP_ON_FAILURE = Duration.ofMinutes(1);

  /** Anybody can make up a token with an unknown key: the issuer is not asked each time. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  /** More than hundreds of keys have. */
  private static final int LONGEST_ANSWER = 1024 * 1024;

  private final HttpsJwks keys;
  private final VerificationKeyResolver resolver;
  private final AtomicBoolean away = new AtomicBoolean();

  RemoteJwks(URI location) {
    keys = new HttpsJwks(location.toString());
    keys.setDefaultCacheDuration(KEEP.toSeconds());
    keys.setRetainCacheOnErrorDuration(KEEP_ON_FAILURE.toSeconds());
    keys.setRefreshReprieveThreshold(PAUSE.toMillis());
    keys.setSimpleHttpGet(new Patient(get()));
    var found = new HttpsJwksVerificationKeyResolver(keys);
    found.setDisambiguateWithVerifySignature(true);
    resolver = found;
  }

  private static Get get() {
    var get = new Get();
    get.setConnectTimeout((int) CONNECT.toMillis());
    get.setReadTimeout((int) ANSWER.toMillis());
    get.setRetries(0);
    get.setResponseBodySizeLimit(LONGEST_ANSWER);
    return get;
  }

  /** There are none yet: nothing can be said about any token. */
  private static final class NoKeysException extends UnresolvableKeyException {
    private static final long serialVersionUID = 1L;

    NoKeysException(Throwable cause) {
      super("no keys", cause);
    }
  }

  static boolean areTheCauseOf(Throwable failure) {
    return Causes.find(failure, NoKeysException.class).isPresent();
  }

  @Override
  public Key resolveKey(JsonWebSignature signature, List<JsonWebStructure> nesting)
      throws UnresolvableKeyException {
    try {
      keys.getJsonWebKeys();
      if (away.getAndSet(false)) {
        LOG.info(() -> "the keys at %s can be read again".formatted(keys.getLocation()));
      }
    } catch (IOException | JoseException e) {
      if (!away.getAndSet(true)) {
        LOG.log(
            Level.WARNING,
            () ->
                "the keys of MP_JWT_VERIFY_ISSUER cannot be read at %s, so that no token can be verified: %s"
                    .formatted(keys.getLocation(), e.getMessage()));
      }
      throw new NoKeysException(e);
    }
    return resolver.resolveKey(signature, nesting);
  }

  /** After a failure, fails at once for a while: nobody waits in line for the next one. */
  private static final class Patient implements SimpleGet {

    private final SimpleGet get;
    private volatile long failedAt = System.nanoTime() - PAUSE.toNanos();

    Patient(SimpleGet get) {
      this.get = get;
    }

    @Override
    public SimpleResponse get(String location) throws IOException {
      if (System.nanoTime() - failedAt < PAUSE.toNanos()) {
        throw new IOException("it failed just now");
      }
      try {
        SimpleResponse answer = get.get(location);
        requireKeys(answer.getBody());
        return answer;
      } catch (IOException e) {
        failedAt = System.nanoTime();
        throw e;
      }
    }

    /** Keys that are known are not given up for an answer that has none. */
    private static void requireKeys(String body) throws IOException {
      boolean any;
      try {
        any = !new JsonWebKeySet(body).getJsonWebKeys().isEmpty();
      } catch (JoseException | ClassCastException e) { // which it throws for lists that are none
        throw new IOException("the answer is no JSON Web Key Set", e);
      }
      if (!any) {
        throw new IOException("there is no key in the answer");
      }
    }
  }
}
