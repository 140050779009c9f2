package io.appserver.orchestrator.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.failure.Causes;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Logs in at the registry as its protocol has it: what {@code GET /v2/} asks for, Basic or a token,
 * is given. Nothing is pulled. A password goes over TLS, or to this very host.
 */
final class RegistryLogin {

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(15);

  private static final Pattern PARAMETER = Pattern.compile("\\b(\\w++)=\"([^\"]*)\"");

  /** What it came to. */
  enum Kind {
    LOGGED_IN,
    OPEN,
    WRONG_LOGIN,
    NO_LOGIN_SET,
    PLAIN_HTTP,
    CERTIFICATE,
    TLS,
    UNREACHABLE,
    LIMITED,
    ODD
  }

  /**
   * @param words what was answered, or why nothing was; never a password
   */
  record Answer(Kind kind, String words) {}

  private final Settings.Registry settings;

  RegistryLogin(Settings.Registry settings) {
    this.settings = settings;
  }

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT)
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
  }

  Answer ask() throws InterruptedException {
    try (var http = client()) {
      try {
        return ask(http, "https");
      } catch (ConnectException | HttpTimeoutException e) {
        return new Answer(Kind.UNREACHABLE, words(e));
      } catch (IOException e) {
        return aboutCertificate(e) ? new Answer(Kind.CERTIFICATE, words(e)) : withoutTls(http, e);
      } finally {
        http.shutdownNow();
      }
    }
  }

  private static boolean aboutCertificate(IOException e) {
    return Causes.of(e)
        .anyMatch(cause ->
            cause instanceof CertificateException || cause instanceof CertPathBuilderException);
  }

  /** A server without TLS either says something else, or hangs up. */
  private Answer withoutTls(HttpClient http, IOException withTls) throws InterruptedException {
    try {
      if (isHere()) {
        return ask(http, "http");
      }
      int status = send(http, request("http", Optional.empty())).statusCode();
      return status == 200
          ? new Answer(Kind.OPEN, "status 200 over HTTP")
          : new Answer(Kind.PLAIN_HTTP, "status %d over HTTP".formatted(status));
    } catch (IOException e) {
      return new Answer(
          withTls instanceof SSLException ? Kind.TLS : Kind.UNREACHABLE, words(withTls));
    }
  }

  private boolean isHere() {
    String host = URI.create("http://" + settings.url()).getHost();
    try {
      return host != null && InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Without looking for TLS first. */
  Answer askInTheClear() throws IOException, InterruptedException {
    try (var http = client()) {
      return ask(http, "http");
    }
  }

  private Answer ask(HttpClient http, String scheme) throws IOException, InterruptedException {
    HttpResponse<Void> response = send(http, request(scheme, Optional.empty()));
    return response.statusCode() == 401
        ? logIn(http, scheme, response.headers().firstValue("WWW-Authenticate").orElse(""))
        : judge(response.statusCode(), Kind.OPEN);
  }

  private Answer logIn(HttpClient http, String scheme, String challenge)
      throws IOException, InterruptedException {
    Optional<String> user = settings.username();
    if (user.isEmpty()) {
      return new Answer(Kind.NO_LOGIN_SET, "status 401");
    }
    String login =
        Base64.getEncoder()
            .encodeToString((user.get() + ":" + settings.password().reveal()).getBytes(UTF_8));
    if (!challenge.toLowerCase(Locale.ROOT).startsWith("bearer")) {
      return judge(
          send(http, request(scheme, Optional.of("Basic " + login))).statusCode(), Kind.LOGGED_IN);
    }
    Optional<URI> issuer = issuer(challenge, scheme);
    if (issuer.isEmpty()) {
      return new Answer(Kind.ODD, "it wants a token, and names no place with TLS to get it from");
    }
    HttpRequest forToken =
        HttpRequest.newBuilder(issuer.get())
            .timeout(ANSWER)
            .header("Authorization", "Basic " + login)
            .build();
    return judge(send(http, forToken).statusCode(), Kind.LOGGED_IN);
  }

  /** Where tokens are to be had: over TLS, or at the registry itself if that is here without. */
  private Optional<URI> issuer(String challenge, String scheme) {
    String realm = "";
    String service = "";
    var parameters = PARAMETER.matcher(challenge);
    while (parameters.find()) {
      switch (parameters.group(1).toLowerCase(Locale.ROOT)) {
        case "realm" -> realm = parameters.group(2);
        case "service" -> service = parameters.group(2);
        default -> {
          // not needed to log in
        }
      }
    }
    boolean atHome = scheme.equals("http") && realm.startsWith("http://" + settings.url() + "/");
    if (!realm.startsWith("https://") && !atHome) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          URI.create(
              realm
                  + (realm.contains("?") ? "&" : "?")
                  + "service="
                  + URLEncoder.encode(service, UTF_8)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Answer judge(int status, Kind good) {
    Kind kind =
        switch (status) {
          case 200 -> good;
          case 401, 403 -> Kind.WRONG_LOGIN;
          case 429 -> Kind.LIMITED;
          default -> Kind.ODD;
        };
    return new Answer(kind, "status " + status);
  }

  private HttpRequest request(String scheme, Optional<String> authorization) {
    var request =
        HttpRequest.newBuilder(URI.create("%s://%s/v2/".formatted(scheme, settings.url())))
            .timeout(ANSWER);
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request.build();
  }

  private static HttpResponse<Void> send(HttpClient http, HttpRequest request)
      throws IOException, InterruptedException {
    return http.send(request, HttpResponse.BodyHandlers.discarding());
  }

  private static String words(@Nullable Throwable thrown) {
    return Causes.find(thrown, UnresolvedAddressException.class).isPresent()
        ? "the host's name cannot be resolved"
        : Causes.of(thrown)
            .flatMap(cause -> Optional.ofNullable(cause.getMessage()).stream())
            .reduce("no answer", (outer, inner) -> inner);
  }
}
