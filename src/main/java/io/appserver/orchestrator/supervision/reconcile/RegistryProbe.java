package io.appserver.orchestrator.supervision.reconcile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;

/**
 * Whether the registry answers {@code GET /v2/}, with whatever but an error of its own (5xx). The
 * answer may take as long as a name server does.
 */
public final class RegistryProbe implements BooleanSupplier {

  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration ANSWER = Duration.ofSeconds(3);
  private static final int SERVER_ERROR = 500;

  private final String registry;

  /**
   * @param registry host, and port unless it is that of HTTPS
   */
  public RegistryProbe(String registry) {
    this.registry = registry;
  }

  @Override
  public boolean getAsBoolean() {
    try (var http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build()) {
      try {
        return answers(http);
      } catch (IOException | TimeoutException | IllegalArgumentException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        http.shutdownNow();
      }
    }
  }

  private boolean answers(HttpClient http)
      throws IOException, TimeoutException, InterruptedException {
    String host = URI.create("http://" + registry).getHost();
    if (InetAddress.getByName(host).isLoopbackAddress()) {
      return answers(http, "http"); // as the engine does
    }
    try {
      return answers(http, "https");
    } catch (SSLException e) {
      return true; // it is there; whether its certificate will do is the engine's to say
    }
  }

  private boolean answers(HttpClient http, String scheme)
      throws IOException, TimeoutException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create("%s://%s/v2/".formatted(scheme, registry)));
    var answer = http.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding());
    try {
      return answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS).statusCode() < SERVER_ERROR;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      throw new IOException(e.getCause());
    }
  }
}
