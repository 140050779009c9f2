package io.appserver.orchestrator.e2e.support;

import io.appserver.orchestrator.e2e.support.Services.Login;
import io.appserver.orchestrator.testing.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** Plain HTTP, as every service here understands it. */
public final class Http {

  /** RabbitMQ's management closes the connection when it is offered HTTP/2. */
  static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Patience.CONDITION)
          .build();

  private static final Duration TIMEOUT = Patience.CONDITION;

  private Http() {}

  /** The answer to a GET, whatever its status. */
  public static HttpResponse<String> get(URI uri) {
    return send(HttpRequest.newBuilder(uri).timeout(TIMEOUT).build());
  }

  /**
   * The answer to a request with a body and a login; a failure unless its status is one of 200 to
   * 299.
   */
  static HttpResponse<String> call(
      String method, URI uri, Login login, String contentType, String body) {
    byte[] credentials = (login.user() + ":" + login.password()).getBytes(StandardCharsets.UTF_8);
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials))
                .header("Accept", contentType)
                .header("Content-Type", contentType)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build());
    if (response.statusCode() / 100 != 2) {
      throw new IllegalStateException(
          "%s %s: %d %s".formatted(method, uri, response.statusCode(), response.body()));
    }
    return response;
  }

  /** The answer to the request, whatever its status. */
  public static HttpResponse<String> send(HttpRequest request) {
    try {
      return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(request.method() + " " + request.uri() + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
