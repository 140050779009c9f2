package io.appserver.orchestrator.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpServer;
import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.runtime.registry.RegistryClient.Challenge;
import io.appserver.orchestrator.testing.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryClientTest {

  private static RegistryClient client(String registry) {
    return client(registry, Duration.ofSeconds(1));
  }

  private static RegistryClient client(String registry, Duration patience) {
    return new RegistryClient(
        new Settings.Registry(registry, Optional.of("ann"), new Secret("s3cret")),
        patience,
        patience);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          Bearer realm="https://a/token",service="the registry",scope="x" | true  | https://a/token | the registry
          bearer REALM="https://a/token"                                  | true  | https://a/token | -
          Basic realm="the registry"                                      | false | the registry    | -
          Basic                                                           | false | -               | -
          -                                                               | false | -               | -
          Bearer xrealm="https://b",realm="https://a",service=none        | true  | https://a       | -
          Bearer realm="https://a                                         | true  | -               | -
          """)
  void whatAChallengeAsksFor(String header, boolean token, String realm, String service) {
    assertThat(Challenge.parse(header == null ? "" : header))
        .isEqualTo(
            new Challenge(token, realm == null ? "" : realm, service == null ? "" : service));
  }

  /** A password goes over TLS, or to the registry itself where that is this host. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          https://auth.example/token     | https | https://auth.example/token?service=my+registry&scope=repository%3Atodos%3Apull
          https://auth.example/token?a=b | https | https://auth.example/token?a=b&service=my+registry&scope=repository%3Atodos%3Apull
          https://auth.example/token     | http  | https://auth.example/token?service=my+registry&scope=repository%3Atodos%3Apull
          http://127.0.0.1:5000/token    | http  | http://127.0.0.1:5000/token?service=my+registry&scope=repository%3Atodos%3Apull
          http://127.0.0.1:5000/token    | https | -
          http://127.0.0.1:5000.evil/t   | http  | -
          http://auth.example/token      | http  | -
          http://auth.example/token      | https | -
          https://auth.example/a b       | https | -
          ftp://auth.example/token       | https | -
          -                              | https | -
          """)
  void whereAPasswordMayGo(String realm, String scheme, String issuer) {
    var challenge = new Challenge(true, realm == null ? "" : realm, "my registry");
    try (var client = client("127.0.0.1:5000")) {
      assertThat(client.issuer(challenge, scheme, "repository:todos:pull"))
          .isEqualTo(Optional.ofNullable(issuer).map(URI::create));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:5000, http",
    "localhost, http",
    "registry.invalid, https",
    "192.0.2.1:5000, https",
    "my_registry:5000, https"
  })
  void onlyThisHostIsAskedWithoutTls(String registry, String scheme) {
    try (var client = client(registry)) {
      assertThat(client.scheme()).isEqualTo(scheme);
    }
  }

  @Test
  void aNameThatCannotBeAskedIsNoFaultOfOurs() {
    try (var client = client("my_registry:5000")) {
      assertThatIOException()
          .isThrownBy(() -> client.get("https", "/v2/", client.login(), ""))
          .withMessageContaining("my_registry:5000")
          .withMessageNotContaining("s3cret");
    }
  }

  @Test
  void anAnswerThatIsTooLargeIsGivenUp() throws IOException, InterruptedException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            int length = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
            exchange.sendResponseHeaders(200, length);
            exchange.getResponseBody().write(new byte[length]);
          }
        });
    server.start();
    String registry = "127.0.0.1:" + server.getAddress().getPort();
    int largest = RegistryClient.LARGEST_ANSWER;
    try (var client = client(registry, Patience.CONDITION)) {
      assertThat(client.get("http", "/" + largest, client.login(), "").body()).hasSize(largest);
      assertThatIOException()
          .isThrownBy(() -> client.get("http", "/" + (largest + 1), client.login(), ""))
          .withMessageContaining("more than 4194304 bytes");
    } finally {
      server.stop(0);
    }
  }
}
