package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.Api;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EverythingOn;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.testing.Issuer;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.Test;

/** Logins by tokens of an issuer, beside the accounts. */
@EverythingOn.Used
class TokensE2E {

  private final Platform platform;
  private final Issuer issuer;
  private final String audience;
  private final List<String> shown = new ArrayList<>();

  TokensE2E(EverythingOn everything) {
    platform = everything.platform();
    issuer = everything.issuer();
    audience = everything.audience();
  }

  private JwtClaims claims(String name, String... groups) {
    JwtClaims claims = Issuer.claims(name, groups);
    claims.setAudience(audience);
    return claims;
  }

  private Api with(JwtClaims claims) {
    String token = issuer.token(claims);
    shown.add(token);
    return platform.api().withToken(token);
  }

  private static List<String> roles(Api api) {
    return api.object("/session").getJsonArray("roles").getValuesAs(JsonString::getString);
  }

  private static void assertInvalid(HttpResponse<String> response, String words) {
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate").orElse(""))
        .startsWith("Bearer ")
        .contains("error=\"invalid_token\"");
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(Api.read(response).getString("detail")).contains(words);
    assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void aStreamEndsWithTheTokenItWasBegunWith() {
    JwtClaims brief = claims("ann@issuer.example", "viewer");
    NumericDate begin = NumericDate.now();
    begin.addSeconds(-90);
    brief.setIssuedAt(begin);
    NumericDate end = NumericDate.now();
    end.addSeconds(-30); // taken for another 30 s, as clocks may be a minute apart
    brief.setExpirationTime(end);
    try (var stream = with(brief).listen("/events", Map.of())) {
      Awaitility.await().until(() -> !stream.events("hello").isEmpty());
      Awaitility.await().atMost(Duration.ofMinutes(3)).until(stream::hasEnded);
    }
  }

  @Test
  void anOperatorsTokenActsUnderItsName() {
    App app = platform.healthyApp("tokened");
    Api ann = with(claims("ann@issuer.example", "operator"));

    assertThat(ann.object("/session").getString("user")).isEqualTo("ann@issuer.example");
    assertThat(roles(ann)).containsExactly("viewer", "operator");
    HttpResponse<String> held =
        ann.send("POST", "/deployments/%s/hold".formatted(app.name()), "{\"reason\":\"look\"}");
    assertThat(held.statusCode()).as(held.body()).isEqualTo(202);
    assertThat(held.headers().firstValue("Set-Cookie")).isEmpty();
    platform.await(
        app,
        "has an entry of the token's name",
        () ->
            assertThat(
                    ann.object("/deployments/%s/timeline".formatted(app.name()))
                        .getJsonArray("items")
                        .getValuesAs(JsonObject.class))
                .anyMatch(entry -> entry.getString("actor", "").equals("ann@issuer.example")));
  }

  @Test
  void aViewersTokenChangesNothing() {
    Api ben = with(claims("ben", "viewer", "staff"));
    assertThat(roles(ben)).containsExactly("viewer");
    assertThat(ben.get("/status").statusCode()).isEqualTo(200);
    assertThat(ben.send("POST", "/reconciliation", "{\"dryRun\":true}").statusCode())
        .isEqualTo(403);
  }

  @Test
  void aTokenWithoutARoleSeesNothing() {
    Api carl = with(claims("carl", "staff"));
    assertThat(roles(carl)).isEmpty();
    HttpResponse<String> refused = carl.get("/status");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(Api.read(refused).getString("detail")).contains("groups");
  }

  @Test
  void wrongTokensAreToldWhatIsWrongAndCloseNoDoor() {
    JwtClaims expired = claims("ann", "operator");
    expired.setExpirationTime(NumericDate.fromSeconds(NumericDate.now().getValue() - 3600));
    JwtClaims elsewhere = claims("ann", "operator");
    elsewhere.setAudience("shop");
    for (int i = 0; i < 12; i++) { // more often than wrong passwords may be tried
      assertInvalid(with(expired).get("/status"), "expired");
      assertInvalid(with(elsewhere).get("/session"), "audience");
      assertInvalid(platform.api().withToken("x").get("/deployments"), "cannot be verified");
    }
    assertThat(platform.api().get("/status").statusCode()).isEqualTo(200);
    assertThat(with(claims("ann", "viewer")).get("/status").statusCode()).isEqualTo(200);
    assertThat(String.join("\n", platform.server().console())).doesNotContain(shown);
  }

  @Test
  void aNewKeyOfTheIssuerIsFollowed() {
    JwtClaims claims = claims("ann", "viewer");
    assertThat(with(claims).get("/status").statusCode()).isEqualTo(200);
    String before = issuer.token(claims);

    issuer.exchangeKey("second");

    Awaitility.await("the new key is known") // the issuer is not asked more often than every 5 s
        .until(() -> with(claims).get("/status").statusCode() == 200);
    assertInvalid(platform.api().withToken(before).get("/status"), "cannot be verified");
  }

  @Test
  void theAccountsAreThereAsWell() {
    assertThat(roles(platform.api())).containsExactly("viewer", "operator");
    assertThat(roles(platform.api().as(Api.VIEWER))).containsExactly("viewer");
  }
}
