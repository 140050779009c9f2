package io.appserver.orchestrator.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.core.Response.Status;
import java.net.http.HttpResponse;
import java.util.List;

/** What every answer of the API has to be like, and what is read in it. */
public final class Answers {

  private Answers() {}

  /** That something will be done. */
  public static JsonObject accepted(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    return Api.read(response);
  }

  /** Problem details without a failure's code, as RFC 9457 has them. */
  public static JsonObject problem(HttpResponse<String> response, int status, String words) {
    JsonObject problem = anyProblem(response, status, words);
    assertThat(problem).doesNotContainKey("code");
    assertThat(problem.getString("type")).isEqualTo("about:blank");
    return problem;
  }

  /** Problem details of a failure; the type is where its code is explained. */
  public static JsonObject problem(
      HttpResponse<String> response, int status, String words, String code) {
    JsonObject problem = anyProblem(response, status, words);
    assertThat(problem.getString("code")).isEqualTo(code);
    assertThat(problem.getString("type")).isEqualTo("/api/v1/explanations/" + code);
    return problem;
  }

  private static JsonObject anyProblem(HttpResponse<String> response, int status, String words) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    JsonObject problem = Api.read(response);
    assertThat(problem.getInt("status")).isEqualTo(status);
    assertThat(problem.getString("title"))
        .isEqualTo(Status.fromStatusCode(status).getReasonPhrase());
    assertThat(problem.getString("detail")).contains(words);
    return problem;
  }

  /** The objects of that array. */
  public static List<JsonObject> objects(JsonObject object, String array) {
    return object.getJsonArray(array).stream().map(JsonValue::asJsonObject).toList();
  }

  /** That field of each object of the array. */
  public static List<String> strings(JsonObject object, String array, String field) {
    return objects(object, array).stream().map(element -> element.getString(field)).toList();
  }
}
