package io.appserver.orchestrator.runtime.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.ImageSizes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /** Bytes of an answer: registries are to take manifests of 4 MiB, and few take larger ones. */
  private static final int LARGEST_ANSWER = 4 * 1024 * 1024;

  /** What the engine asks for, too: single images, and lists of images for several platforms. */
  private static final String ACCEPTED =
      "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json,"
          + " application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.index.v1+json";

  private static final Pattern PARAMETER = Pattern.compile("(realm|service)=\"([^\"]*)\"");

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
    try (var http = HttpClient.newBuilder().connectTimeout(CONNECT).build()) {
      try {
        return new Visit(http, image).size(image.tag(), true);
      } catch (IOException
          | RuntimeException e) { // whatever a registry may say, it is no fault here
        LOG.log(Level.FINE, e, () -> "the size of %s could not be found out".formatted(image));
        return OptionalLong.empty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return OptionalLong.empty();
      } finally {
        http.shutdownNow();
      }
    }
  }

  /** Of two names for the same, the newer one is that of OAuth 2. */
  static Optional<String> token(JsonObject answer) {
    return OddJson.text(answer, "token").or(() -> OddJson.text(answer, "access_token"));
  }

  /** One question, with whatever login it takes. */
  private final class Visit {
    private final HttpClient http;
    private final ImageReference image;
    private final String scheme;
    private Optional<String> authorization = Optional.empty();

    Visit(HttpClient http, ImageReference image) throws IOException {
      this.http = http;
      this.image = image;
      String host = URI.create("http://" + image.registry()).getHost();
      this.scheme = InetAddress.getByName(host).isLoopbackAddress() ? "http" : "https";
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
      var address =
          URI.create(
              "%s://%s/v2/%s/manifests/%s"
                  .formatted(scheme, image.registry(), image.repository(), tagOrDigest));
      HttpResponse<String> response = get(address);
      if (response.statusCode() == 401 && authorization.isEmpty()) {
        authorization = login(response.headers().firstValue("WWW-Authenticate").orElse(""));
        response = get(address);
      }
      return response.statusCode() == 200 ? OddJson.read(response.body()) : Optional.empty();
    }

    private HttpResponse<String> get(URI address) throws IOException, InterruptedException {
      var request = HttpRequest.newBuilder(address).header("Accept", ACCEPTED);
      authorization.ifPresent(value -> request.header("Authorization", value));
      var answer =
          http.sendAsync(
              request.build(),
              head ->
                  HttpResponse.BodySubscribers.mapping(
                      new LimitedBody(LARGEST_ANSWER), bytes -> new String(bytes, UTF_8)));
      try {
        return answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        throw new HttpTimeoutException("no whole answer within %d s".formatted(ANSWER.toSeconds()));
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      }
    }

    /** What the challenge asks for: the password itself, or a token that is had for it. */
    private Optional<String> login(String challenge) throws IOException, InterruptedException {
      Optional<String> basic =
          settings
              .username()
              .map(user ->
                  "Basic "
                      + Base64.getEncoder()
                          .encodeToString(
                              (user + ":" + settings.password().reveal()).getBytes(UTF_8)));
      if (!challenge.regionMatches(true, 0, "bearer", 0, "bearer".length())) {
        return basic;
      }
      String realm = "";
      String service = "";
      for (Matcher found = PARAMETER.matcher(challenge); found.find(); ) {
        if (found.group(1).equals("realm")) {
          realm = found.group(2);
        } else {
          service = found.group(2);
        }
      }
      if (!realm.startsWith("https://")) {
        return Optional.empty();
      }
      authorization = basic;
      HttpResponse<String> answer =
          get(
              URI.create(
                  "%s?service=%s&scope=%s"
                      .formatted(
                          realm,
                          URLEncoder.encode(service, UTF_8),
                          URLEncoder.encode("repository:" + image.repository() + ":pull", UTF_8))));
      return answer.statusCode() == 200
          ? OddJson.read(answer.body()).flatMap(RegistryManifests::token).map("Bearer "::concat)
          : Optional.empty();
    }
  }
}
