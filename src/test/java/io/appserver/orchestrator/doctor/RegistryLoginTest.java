package io.appserver.orchestrator.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.doctor.RegistryLogin.Answer;
import io.appserver.orchestrator.doctor.RegistryLogin.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The login at registries that are not like the one of the end-to-end tests. */
class RegistryLoginTest {

  /** {@code ann:s3cret} as Basic has it. */
  private static final String ANN = "Basic YW5uOnMzY3JldA==";

  private HttpServer server;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          requests.add(exchange.getRequestURI().toString());
          handler.handle(exchange);
          exchange.close();
        });
  }

  private static void status(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
  }

  private static boolean isAnn(HttpExchange exchange) {
    return ANN.equals(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  /** Java's own server hangs where others hang up: at the beginning of a TLS connection. */
  private Answer ask(String user, String password) throws IOException, InterruptedException {
    return new RegistryLogin(
            new Settings.Registry(
                address(), Optional.of(user).filter(u -> !u.isEmpty()), new Secret(password)))
        .askInTheClear();
  }

  private void handOutTokens() {
    answer(
        "/v2/",
        exchange -> {
          exchange
              .getResponseHeaders()
              .add(
                  "WWW-Authenticate",
                  "Bearer realm=\"http://%s/token\",service=\"the registry\"".formatted(address()));
          status(exchange, 401);
        });
    answer("/token", exchange -> status(exchange, isAnn(exchange) ? 200 : 401));
  }

  @Test
  void aTokenIsAskedForWhereTheRegistryWantsOne() throws Exception {
    handOutTokens();
    assertThat(ask("ann", "s3cret").kind()).isEqualTo(Kind.LOGGED_IN);
    assertThat(requests).containsExactly("/v2/", "/token?service=the+registry");
  }

  @Test
  void aTokenThatIsRefusedIsAWrongLogin() throws Exception {
    handOutTokens();
    Answer answer = ask("ann", "another");
    assertThat(answer.kind()).isEqualTo(Kind.WRONG_LOGIN);
    assertThat(answer.words()).doesNotContain("another");
  }

  @Test
  void noPasswordGoesToAnotherHostWithoutTls() throws Exception {
    answer(
        "/v2/",
        exchange -> {
          exchange
              .getResponseHeaders()
              .add("WWW-Authenticate", "Bearer realm=\"http://elsewhere.invalid/token\"");
          status(exchange, 401);
        });
    assertThat(ask("ann", "s3cret").kind()).isEqualTo(Kind.ODD);
  }

  @Test
  void aLoginThatIsNotSetIsToldApartFromAWrongOne() throws Exception {
    handOutTokens();
    assertThat(ask("", "").kind()).isEqualTo(Kind.NO_LOGIN_SET);
  }

  @ParameterizedTest
  @CsvSource({"200, OPEN", "404, ODD", "503, ODD", "301, ODD", "429, LIMITED", "403, WRONG_LOGIN"})
  void otherAnswersAreWhatTheyAre(int status, Kind kind) throws Exception {
    answer("/v2/", exchange -> status(exchange, status));
    assertThat(ask("ann", "s3cret").kind()).isEqualTo(kind);
  }

  @Test
  void aNameThatNobodyKnowsIsUnreachable() throws InterruptedException {
    var nowhere = new Settings.Registry("registry.invalid", Optional.empty(), new Secret(""));
    assertThat(new RegistryLogin(nowhere).ask().kind()).isEqualTo(Kind.UNREACHABLE);
  }
}
