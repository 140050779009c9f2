package io.appserver.orchestrator.runtime.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.appserver.orchestrator.configuration.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Asks the registry that images are pulled from, as the OCI distribution specification has it. A
 * password goes over TLS, or to this very host.
 */
public final class RegistryClient implements AutoCloseable {

  /** Bytes of an answer: registries are to take manifests of 4 MiB, and few take larger ones. */
  static final int LARGEST_ANSWER = 4 * 1024 * 1024;

  private static final Pattern PARAMETER = Pattern.compile("\\b(\\w++)=\"([^\"]*)\"");

  private final Settings.Registry registry;
  private final Duration patience;
  private final HttpClient http;

  /**
   * @param connect the longest wait for a connection
   * @param answer the longest wait for the whole of an answer
   */
  public RegistryClient(Settings.Registry registry, Duration connect, Duration answer) {
    this.registry = registry;
    this.patience = answer;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(connect)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * What a registry wants before it answers (RFC 7235).
   *
   * @param token whether that is a token, and not the password itself
   * @param realm where tokens are to be had
   * @param service for which they are to be
   */
  public record Challenge(boolean token, String realm, String service) {

    /** The one of an answer with status 401. */
    public static Challenge of(HttpResponse<?> answer) {
      return parse(answer.headers().firstValue("WWW-Authenticate").orElse(""));
    }

    static Challenge parse(String header) {
      String realm = "";
      String service = "";
      var parameters = PARAMETER.matcher(header);
      while (parameters.find()) {
        switch (parameters.group(1).toLowerCase(Locale.ROOT)) {
          case "realm" -> realm = parameters.group(2);
          case "service" -> service = parameters.group(2);
          default -> {
            // not needed to log in
          }
        }
      }
      boolean token = header.toLowerCase(Locale.ROOT).startsWith("bearer");
      return new Challenge(token, realm, service);
    }
  }

  /** HTTP at this very host, as engines do, and HTTPS elsewhere. */
  public String scheme() {
    String host = URI.create("http://" + registry.url()).getHost();
    try {
      boolean here = host != null && InetAddress.getByName(host).isLoopbackAddress();
      return here ? "http" : "https";
    } catch (UnknownHostException e) {
      return "https";
    }
  }

  /** The operator's login for the header {@code Authorization}; empty if there is none. */
  public Optional<String> login() {
    return registry
        .username()
        .map(user ->
            "Basic "
                + Base64.getEncoder()
                    .encodeToString((user + ":" + registry.password().reveal()).getBytes(UTF_8)));
  }

  /**
   * Where tokens are to be had, if that is a place that a password may go to: over TLS, or the
   * registry itself if it is here and has none.
   *
   * @param scope what the token is to be for; empty if it is only to be seen whether there is one
   */
  public Optional<URI> issuer(Challenge challenge, String scheme, String scope) {
    String realm = challenge.realm();
    boolean atHome = scheme.equals("http") && realm.startsWith("http://" + registry.url() + "/");
    if (!realm.startsWith("https://") && !atHome) {
      return Optional.empty();
    }
    String query =
        "service="
            + URLEncoder.encode(challenge.service(), UTF_8)
            + (scope.isEmpty() ? "" : "&scope=" + URLEncoder.encode(scope, UTF_8));
    try {
      return Optional.of(URI.create(realm + (realm.contains("?") ? "&" : "?") + query));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Asks the registry.
   *
   * @param path from its slash on
   * @param accept the types of answers that are wanted; empty if any
   * @throws IOException if no whole answer comes in time
   */
  public HttpResponse<String> get(
      String scheme, String path, Optional<String> authorization, String accept)
      throws IOException, InterruptedException {
    return get(
        URI.create("%s://%s%s".formatted(scheme, registry.url(), path)), authorization, accept);
  }

  /**
   * Asks somebody that the registry named.
   *
   * @throws IOException if no whole answer comes in time
   */
  public HttpResponse<String> get(URI address, Optional<String> authorization, String accept)
      throws IOException, InterruptedException {
    var answer =
        http.sendAsync(
            request(address, authorization, accept),
            head ->
                HttpResponse.BodySubscribers.mapping(
                    new LimitedBody(LARGEST_ANSWER), bytes -> new String(bytes, UTF_8)));
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no whole answer within %d s".formatted(patience.toSeconds()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      throw new IOException(e.getCause());
    }
  }

  private static HttpRequest request(URI address, Optional<String> authorization, String accept)
      throws IOException {
    try {
      var request = HttpRequest.newBuilder(address);
      authorization.ifPresent(value -> request.header("Authorization", value));
      if (!accept.isEmpty()) {
        request.header("Accept", accept);
      }
      return request.build();
    } catch (IllegalArgumentException e) { // such as a host's name with an underscore
      throw new IOException("%s cannot be asked from here".formatted(address), e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow(); // an answer that is still under way is not waited for
    http.close();
  }
}
