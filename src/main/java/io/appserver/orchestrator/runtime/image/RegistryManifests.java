package io.appserver.orchestrator.runtime.image;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.ImageSizes;
import io.appserver.orchestrator.runtime.registry.RegistryClient;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * {@link ImageSizes} from the manifests of the registry that images are pulled from. What it cannot
 * find out within seconds it does not know; a password goes over TLS, or to this very host.
 */
@Singleton
public class RegistryManifests implements ImageSizes {

  private static final Logger LOG = Logger.getLogger(RegistryManifests.class.getName());

  private static final Duration CONNECT = Duration.ofSeconds(2);

  /** For the whole of an answer. */
  private static final Duration ANSWER = Duration.ofSeconds(3);

  /** What the engine asks for, too: single images, and lists of images for several platforms. */
  private static final String ACCEPTED =
      "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json,"
          + " application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.index.v1+json";

  private final Settings.Registry settings;

  @Inject
  public RegistryManifests(Settings settings) {
    this.settings = settings.registry();
  }

  @Override
  public OptionalLong compressed(ImageReference image) {
    if (!image.registry().equals(settings.url())) {
      return OptionalLong.empty();
    }
    try (var client = new RegistryClient(settings, CONNECT, ANSWER)) {
      return new Visit(client, image).size(image.tag(), true);
    } catch (IOException | RuntimeException e) { // whatever a registry may say, it is no fault here
      LOG.log(Level.FINE, e, () -> "the size of %s could not be found out".formatted(image));
      return OptionalLong.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
  }

  /** Of two names for the same, the newer one is that of OAuth 2. */
  static Optional<String> token(JsonObject answer) {
    return OddJson.text(answer, "token").or(() -> OddJson.text(answer, "access_token"));
  }

  /** One question, with whatever login it takes. */
  private static final class Visit {
    private final RegistryClient client;
    private final ImageReference image;
    private final String scheme;
    private Optional<String> authorization = Optional.empty();

    Visit(RegistryClient client, ImageReference image) {
      this.client = client;
      this.image = image;
      this.scheme = client.scheme();
    }

    /**
     * @param mayBeList whether it may be a list of images, which never leads to another list
     */
    OptionalLong size(String tagOrDigest, boolean mayBeList)
        throws IOException, InterruptedException {
      Optional<JsonObject> manifest = manifest(tagOrDigest);
      if (manifest.isEmpty()) {
        return OptionalLong.empty();
      }
      if (manifest.get().containsKey("manifests")) {
        Optional<String> own = mayBeList ? ofThisPlatform(manifest.get()) : Optional.empty();
        return own.isPresent() ? size(own.get(), false) : OptionalLong.empty();
      }
      return OddJson.sum(OddJson.objects(manifest.get(), "layers"), "size");
    }

    private static Optional<String> ofThisPlatform(JsonObject list) {
      String machine =
          switch (System.getProperty("os.arch", "")) {
            case "aarch64" -> "arm64";
            default -> "amd64";
          };
      return OddJson.objects(list, "manifests").stream()
          .flatMap(List::stream)
          .filter(entry ->
              OddJson.object(entry, "platform")
                  .flatMap(platform -> OddJson.text(platform, "architecture"))
                  .filter(machine::equals)
                  .isPresent())
          .map(entry -> OddJson.text(entry, "digest"))
          .flatMap(Optional::stream)
          .findFirst();
    }

    private Optional<JsonObject> manifest(String tagOrDigest)
        throws IOException, InterruptedException {
      HttpResponse<String> answer = ask(tagOrDigest);
      if (answer.statusCode() == 401 && authorization.isEmpty()) {
        authorization = login(RegistryClient.Challenge.of(answer));
        answer = ask(tagOrDigest);
      }
      return answer.statusCode() == 200 ? OddJson.read(answer.body()) : Optional.empty();
    }

    private HttpResponse<String> ask(String tagOrDigest) throws IOException, InterruptedException {
      String path = "/v2/%s/manifests/%s".formatted(image.repository(), tagOrDigest);
      return client.get(scheme, path, authorization, ACCEPTED);
    }

    /** What the challenge asks for: the password itself, or a token that is had for it. */
    private Optional<String> login(RegistryClient.Challenge challenge)
        throws IOException, InterruptedException {
      if (!challenge.token()) {
        return client.login();
      }
      String scope = "repository:" + image.repository() + ":pull";
      Optional<URI> issuer = client.issuer(challenge, scheme, scope);
      if (issuer.isEmpty()) {
        return Optional.empty();
      }
      HttpResponse<String> answer = client.get(issuer.get(), client.login(), "");
      return answer.statusCode() == 200
          ? OddJson.read(answer.body()).flatMap(RegistryManifests::token).map("Bearer "::concat)
          : Optional.empty();
    }
  }
}
