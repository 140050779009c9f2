package io.appserver.orchestrator.doctor;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.failure.Causes;
import io.appserver.orchestrator.runtime.registry.RegistryClient;
import io.appserver.orchestrator.runtime.registry.RegistryClient.Challenge;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Logs in at the registry as its protocol has it: what {@code GET /v2/} asks for, Basic or a token,
 * is given. Nothing is pulled. A password goes over TLS, or to this very host.
 */
final class RegistryLogin {

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(15);

  private static final String ROOT = "/v2/";

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

  private RegistryClient client() {
    return new RegistryClient(settings, CONNECT, ANSWER);
  }

  Answer ask() throws InterruptedException {
    try (var client = client()) {
      return ask(client, "https");
    } catch (ConnectException | HttpTimeoutException e) {
      return new Answer(Kind.UNREACHABLE, words(e));
    } catch (IOException e) {
      return aboutCertificate(e) ? new Answer(Kind.CERTIFICATE, words(e)) : withoutTls(e);
    }
  }

  private static boolean aboutCertificate(IOException e) {
    return Causes.of(e)
        .anyMatch(cause ->
            cause instanceof CertificateException || cause instanceof CertPathBuilderException);
  }

  /** A server without TLS either says something else, or hangs up. */
  private Answer withoutTls(IOException withTls) throws InterruptedException {
    try (var client = client()) {
      if (client.scheme().equals("http")) {
        return ask(client, "http");
      }
      int status = client.get("http", ROOT, Optional.empty(), "").statusCode();
      return status == 200
          ? new Answer(Kind.OPEN, "status 200 over HTTP")
          : new Answer(Kind.PLAIN_HTTP, "status %d over HTTP".formatted(status));
    } catch (IOException e) {
      return new Answer(
          withTls instanceof SSLException ? Kind.TLS : Kind.UNREACHABLE, words(withTls));
    }
  }

  /** Without looking for TLS first. */
  Answer askInTheClear() throws IOException, InterruptedException {
    try (var client = client()) {
      return ask(client, "http");
    }
  }

  private static Answer ask(RegistryClient client, String scheme)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = client.get(scheme, ROOT, Optional.empty(), "");
    return answer.statusCode() == 401
        ? logIn(client, scheme, Challenge.of(answer))
        : judge(answer.statusCode(), Kind.OPEN);
  }

  private static Answer logIn(RegistryClient client, String scheme, Challenge challenge)
      throws IOException, InterruptedException {
    Optional<String> login = client.login();
    if (login.isEmpty()) {
      return new Answer(Kind.NO_LOGIN_SET, "status 401");
    }
    if (!challenge.token()) {
      return judge(client.get(scheme, ROOT, login, "").statusCode(), Kind.LOGGED_IN);
    }
    Optional<URI> issuer = client.issuer(challenge, scheme, "");
    return issuer.isEmpty()
        ? new Answer(Kind.ODD, "it wants a token, and names no place with TLS to get it from")
        : judge(client.get(issuer.get(), login, "").statusCode(), Kind.LOGGED_IN);
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

  private static String words(@Nullable Throwable thrown) {
    return Causes.find(thrown, UnresolvedAddressException.class).isPresent()
        ? "the host's name cannot be resolved"
        : Causes.of(thrown)
            .flatMap(cause -> Optional.ofNullable(cause.getMessage()).stream())
            .reduce("no answer", (outer, inner) -> inner);
  }
}
