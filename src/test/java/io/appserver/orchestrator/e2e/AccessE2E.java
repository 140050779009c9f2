package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.Api;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Http;
import io.appserver.orchestrator.e2e.support.Platform;
import jakarta.json.JsonObject;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may see and do what, and what browsers are told. */
@EndToEnd
class AccessE2E {

  private static final Set<String> VERBS = Set.of("get", "post", "put", "delete", "patch");

  private final Platform platform;
  private final Api api;

  AccessE2E(Platform platform) {
    this.platform = platform;
    this.api = platform.api();
  }

  /** A verb and a path, as the description has them. */
  private record Call(String verb, String path) {}

  /** Every call that the API's own description names, with something in place of each parameter. */
  private List<Call> calls() {
    var calls = new ArrayList<Call>();
    JsonObject paths = api.object("/openapi").getJsonObject("paths");
    paths.forEach((path, operations) ->
        operations.asJsonObject().keySet().stream()
            .filter(VERBS::contains)
            .forEach(verb ->
                calls.add(
                    new Call(
                        verb.toUpperCase(Locale.ROOT),
                        path.replaceFirst("^/api/v1", "").replaceAll("\\{\\w+\\}", "anything")))));
    assertThat(calls).hasSizeGreaterThan(25);
    return calls;
  }

  @Test
  void nothingIsSeenOrDoneWithoutALogin() {
    for (Call call : calls()) {
      if (call.path().equals("/session")) {
        continue; // where one logs in
      }
      for (Api somebody : List.of(api.as("nobody", "x"), api.as(Api.OPERATOR, "wrong"))) {
        HttpResponse<String> response =
            fromElsewhere(call.verb(), "/api/v1" + call.path(), somebody.authorization());
        assertThat(response.statusCode()).as(call.toString()).isIn(401, 429);
        assertThat(response.body()).as(call.toString()).contains("\"title\"");
      }
    }
    assertThat(Http.get(platform.server().uri("/api/v1/session")).statusCode()).isEqualTo(401);
  }

  /** From another address than all other tests: too many wrong passwords close it for a minute. */
  private HttpResponse<String> fromElsewhere(String verb, String path, String authorization) {
    try (var client =
        HttpClient.newBuilder().localAddress(InetAddress.getByName("127.0.0.9")).build()) {
      return client.send(
          HttpRequest.newBuilder(platform.server().uri(path))
              .header("Authorization", authorization)
              .method(verb, HttpRequest.BodyPublishers.noBody())
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  void passwordsCannotBeTriedForEver() {
    String right = api.authorization();
    String wrong = api.as(Api.OPERATOR, "wrong").authorization();
    for (int attempt = 0; attempt < 12; attempt++) {
      fromElsewhere("GET", "/api/v1/status", wrong);
    }
    HttpResponse<String> refused = fromElsewhere("GET", "/api/v1/status", right);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("try again in a minute");
    assertThat(api.get("/status").statusCode()).isEqualTo(200); // others are not kept out
  }

  @Test
  void aViewerSeesEverythingAndChangesNothing() {
    App app = platform.healthyApp("viewed");
    Api viewer = api.as(Api.VIEWER);
    for (Call call : calls()) {
      String path = call.path().replace("/deployments/anything", "/deployments/" + app.name());
      if (path.contains("/events") || path.endsWith("/stream")) {
        continue; // go on for ever
      }
      if (call.verb().equals("GET")) {
        assertThat(viewer.get(path).statusCode()).as(path).isNotIn(401, 403, 500);
      } else if (!path.equals("/session")) {
        assertThat(viewer.send(call.verb(), path, "{}").statusCode()).as(path).isEqualTo(403);
      }
    }
    assertThat(viewer.object("/session").getJsonArray("roles").toString())
        .isEqualTo("[\"viewer\"]");
    assertThat(platform.database().state(app)).isEqualTo("healthy");
  }

  @Test
  void aBrowserLogsInAndOutBySession() throws Exception {
    var cookies = new CookieManager();
    try (var browser = HttpClient.newBuilder().cookieHandler(cookies).build()) {
      assertThat(send(browser, "GET", "/status", "").statusCode()).isEqualTo(401);
      assertThat(send(browser, "POST", "/session", credentials("wrong")).statusCode())
          .isEqualTo(401);
      HttpResponse<String> welcome =
          send(browser, "POST", "/session", credentials(Api.passwordOf(Api.OPERATOR)));
      assertThat(welcome.statusCode()).isEqualTo(204);
      assertThat(welcome.headers().firstValue("Set-Cookie").orElse(""))
          .contains("HttpOnly")
          .contains("SameSite=Strict");
      assertThat(send(browser, "GET", "/session", "").body()).contains(Api.OPERATOR, "operator");
      assertThat(send(browser, "POST", "/reconciliation", "{\"dryRun\":true}").statusCode())
          .isEqualTo(200);
      assertThat(send(browser, "DELETE", "/session", "").statusCode()).isEqualTo(204);
      assertThat(send(browser, "GET", "/status", "").statusCode()).isEqualTo(401);
    }
  }

  private static String credentials(String password) {
    return "{\"user\":\"%s\",\"password\":\"%s\"}".formatted(Api.OPERATOR, password);
  }

  private HttpResponse<String> send(HttpClient client, String verb, String path, String body)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(platform.server().uri("/api/v1" + path))
            .header("Content-Type", "application/json")
            .header("Sec-Fetch-Site", "same-origin")
            .header("Sec-Fetch-Mode", "cors")
            .method(verb, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void anotherSitesPageChangesNothing() {
    App app = platform.healthyApp("guarded");
    String path = "/deployments/" + app.name() + "/hold";
    for (Map<String, String> headers :
        List.of(
            Map.of("Sec-Fetch-Site", "cross-site"),
            Map.of("Sec-Fetch-Site", "same-site"),
            Map.of("Origin", "http://evil.example"),
            Map.of("Origin", "null"))) {
      assertThat(api.send("POST", path, "{}", headers).statusCode())
          .as("%s", headers)
          .isEqualTo(403);
    }
    assertThat(api.object("/deployments/" + app.name()).getJsonObject("deployment"))
        .doesNotContainKey("held");
    String own = "http://" + platform.server().uri("/").getAuthority();
    assertThat(api.send("POST", path, "{}", Map.of("Origin", own)).statusCode()).isEqualTo(202);
    api.send("POST", "/deployments/" + app.name() + "/release", "");
  }

  @Test
  void browsersAreToldWhatTheyMayDoWithAnAnswer() {
    for (String path : List.of("/", "/api/v1/status", "/api-docs.html")) {
      HttpResponse<String> response = fromElsewhereOrHere(path);
      assertThat(response.statusCode()).as(path).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
          .as(path)
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'");
      assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(response.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
    }
    assertThat(api.get("/status").headers().firstValue("Cache-Control")).hasValue("no-store");
  }

  private HttpResponse<String> fromElsewhereOrHere(String path) {
    return path.startsWith("/api/v1")
        ? api.get(path.substring("/api/v1".length()))
        : Http.get(platform.server().uri(path));
  }

  @Test
  void noSecretIsInAnyAnswer() {
    App app = platform.app("secretive", "crash");
    platform.appServer().install(app);
    platform.awaitState(app, "failed");
    Map<String, String> settings = platform.server().settings();
    List<String> secrets =
        List.of(
            settings.get("APPSERVER_DB_PASSWORD"),
            settings.get("APPSERVER_DOCKER_REGISTRY_PASSWORD"),
            settings.get("APPSERVER_ADMIN_PASSWORD"),
            settings.get("APPSERVER_VIEWER_PASSWORD"),
            platform.broker().url().getUserInfo().split(":", 2)[1]);
    assertThat(secrets).doesNotContainNull().allMatch(secret -> secret.length() > 6);
    for (Call call : calls()) {
      String path = call.path().replace("/deployments/anything", "/deployments/" + app.name());
      if (call.verb().equals("GET") && !path.contains("/events") && !path.endsWith("/stream")) {
        assertThat(api.get(path).body()).as(path).doesNotContain(secrets);
      }
    }
    for (String action : List.of("install", "uninstall", "redeploy")) {
      assertThat(api.get("/plan?action=%s&app=%s".formatted(action, app.name())).body())
          .contains("steps")
          .doesNotContain(secrets);
    }
    assertThat(String.join("\n", platform.server().console())).doesNotContain(secrets);
  }
}
