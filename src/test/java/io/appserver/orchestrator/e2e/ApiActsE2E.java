package io.appserver.orchestrator.e2e;

import static io.appserver.orchestrator.e2e.support.Answers.accepted;
import static io.appserver.orchestrator.e2e.support.Answers.objects;
import static io.appserver.orchestrator.e2e.support.Answers.problem;
import static io.appserver.orchestrator.e2e.support.Answers.strings;
import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.Api;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What operators may ask for by the HTTP API and is not done every day; and that asking twice does
 * nothing twice.
 */
@EndToEnd
class ApiActsE2E {

  private static final String FAR = "far";

  private final Platform platform;
  private final Api api;

  ApiActsE2E(Platform platform) {
    this.platform = platform;
    this.api = platform.api();
  }

  private HttpResponse<String> post(App app, String action, String body) {
    return api.send("POST", "/deployments/" + app.name() + "/" + action, body);
  }

  private JsonObject row(App app) {
    return api.object("/deployments/" + app.name()).getJsonObject("deployment");
  }

  /** What the operator asked for, the newest first. */
  private List<String> asked(App app) {
    return objects(api.object("/deployments/" + app.name() + "/timeline?size=500"), "items")
        .stream()
        .filter(entry -> entry.getString("actor").equals(Api.OPERATOR))
        .map(entry -> entry.getString("cause") + ": " + entry.getString("message"))
        .toList();
  }

  private App withData(String baseName) {
    App app = platform.app(baseName, "web");
    platform.appServer().set(app, Map.of("docker.volume.path", "/data"));
    platform.appServer().install(app);
    platform.awaitState(app, "healthy");
    return app;
  }

  /** Until everything that was asked for was looked at. */
  private void awaitRest(App app) {
    platform.await(
        app,
        "is at rest",
        () ->
            assertThat(
                    platform
                        .database()
                        .query(
                            "SELECT signal_seq - handled_seq FROM orchestrator_work WHERE app_name = ? AND node <> ?",
                            row -> row.getLong(1),
                            app.name(),
                            FAR))
                .containsOnly(0L));
  }

  /** How often the engine was asked to change anything for the app. */
  private int acts(App app) {
    return platform
        .database()
        .query(
            "SELECT count(*) FROM orchestrator_act WHERE app_name = ?",
            row -> row.getInt(1),
            app.name())
        .getFirst();
  }

  @AfterEach
  void forgetTheOtherNode() {
    platform.database().update("DELETE FROM orchestrator_work WHERE node = ?", FAR);
    platform.database().removeNode(FAR);
  }

  @Test
  void anAppGoesToAnotherNodeAndComesBackWhenThatIsRetired() {
    String here = api.object("/status").getString("node");
    platform.database().addNode(FAR);
    App app = withData("mover");
    String toFar = "{\"node\":\"%s\",\"leaveData\":true}".formatted(FAR);
    String toHere = "{\"target\":\"%s\"}".formatted(here);

    problem(post(app, "move", "{\"node\":\"far\"}"), 409, app.volume());
    problem(post(app, "move", "{\"node\":\"far\",\"leaveData\":false}"), 409, "left behind");
    assertThat(row(app).getString("node")).isEqualTo(here);
    assertThat(accepted(post(app, "move", toFar)).getString("message")).contains("to node " + FAR);
    platform.await(app, "left", () -> assertThat(row(app).getString("node")).isEqualTo(FAR));
    assertThat(platform.engine().containersOf(app)).isEmpty();
    assertThat(platform.engine().volume(app.volume())).as("its data").isPresent();
    problem(post(app, "move", toFar), 409, "on node far already");

    problem(api.send("POST", "/nodes/far/retire", toHere), 409, "is alive");
    platform.database().loseNode(FAR);
    problem(api.send("POST", "/nodes/far/retire", "{}"), 400, "target is needed");
    assertThat(retire(toHere)).containsExactly(app.name());
    platform.awaitState(app, "healthy");
    awaitRest(app);
    assertThat(row(app).getString("node")).isEqualTo(here);
    assertThat(node().getBoolean("retired")).isTrue();

    int acts = acts(app);
    assertThat(retire(toHere)).as("a second time").isEmpty();
    awaitRest(app);
    assertThat(acts(app)).isEqualTo(acts);
    assertThat(asked(app))
        .containsExactly(
            "moved: node far was retired; goes to node " + here, "moved: to be moved to node far");
  }

  private List<String> retire(String target) {
    return accepted(api.send("POST", "/nodes/far/retire", target))
        .getJsonArray("apps")
        .getValuesAs(JsonString::getString);
  }

  private JsonObject node() {
    return objects(api.object("/nodes"), "items").stream()
        .filter(node -> node.getString("name").equals(FAR))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatIsHeldTwiceIsStoppedOnceAndReleasedOnce() {
    App app = platform.healthyApp("held");
    accepted(post(app, "hold", "{\"reason\":\"a guess\"}"));
    platform.await(
        app, "is held", () -> assertThat(row(app).toString()).contains("\"code\":\"held\""));
    awaitRest(app);
    int acts = acts(app);
    accepted(post(app, "hold", "{\"reason\":\"the true one\"}"));
    awaitRest(app);
    assertThat(acts(app)).isEqualTo(acts);
    assertThat(row(app).getString("state")).isEqualTo("pending");
    assertThat(row(app).getJsonObject("held").getString("reason")).isEqualTo("the true one");

    assertThat(accepted(post(app, "release", "")).getString("message")).isEqualTo("is released");
    assertThat(accepted(post(app, "release", "")).getString("message")).contains("was not held");
    platform.awaitState(app, "healthy");
    awaitRest(app);
    assertThat(row(app)).doesNotContainKey("held");
    assertThat(platform.database().acts(app, "start")).isEqualTo(2);
    assertThat(platform.engine().containersOf(app)).hasSize(1);
    assertThat(asked(app))
        .containsExactly(
            "operator: release: released",
            "operator: hold: to be held: the true one",
            "operator: hold: to be held: a guess");
  }

  @Test
  void twoRestartsAreTwoAtMostAndNoFailures() {
    App app = platform.healthyApp("restarted");
    String container = row(app).getString("container");
    accepted(post(app, "restart", ""));
    accepted(post(app, "restart", ""));
    awaitRest(app);
    platform.awaitState(app, "healthy");

    assertThat(platform.database().acts(app, "start")).isBetween(2, 3);
    assertThat(platform.database().acts(app, "create")).isOne();
    assertThat(platform.engine().containersOf(app)).hasSize(1);
    assertThat(row(app).getString("container")).isEqualTo(container);
    assertThat(row(app).getInt("restarts")).isZero();
    assertThat(platform.database().history(app)).allMatch(entry -> entry.code() == null);
    assertThat(asked(app))
        .containsExactly(
            "operator: restart: to be restarted", "operator: restart: to be restarted");
  }

  @Test
  void dataIsRemovedOnceAndNewDataIsNotTakenForTheOld() {
    App app = withData("hoarder");
    platform.appServer().uninstall(app);
    platform.awaitState(app, "stopped");
    awaitRest(app);
    String purge = "{\"volume\":\"%s\"}".formatted(app.volume());

    accepted(post(app, "purge", purge));
    HttpResponse<String> second = post(app, "purge", purge);
    if (second.statusCode() != 202) { // it was gone by then
      problem(second, 409, "no data volume " + app.volume());
    }
    platform.await(
        app,
        "has no data any more",
        () -> assertThat(platform.engine().volume(app.volume())).isEmpty());
    awaitRest(app);
    problem(post(app, "purge", purge), 409, "no data volume " + app.volume());
    assertThat(platform.database().acts(app, "remove volume")).isOne();
    assertThat(platform.database().history(app))
        .filteredOn(entry -> entry.message().endsWith("is removed"))
        .hasSize(1);

    platform.appServer().install(app);
    platform.awaitState(app, "healthy");
    platform.engine().execute(app.container(), "sh", "-c", "echo new > /data/note");
    platform.appServer().uninstall(app);
    platform.awaitState(app, "stopped");
    awaitRest(app);
    assertThat(platform.engine().volume(app.volume())).as("new data").isPresent();
    assertThat(row(app).getString("volume")).isEqualTo(app.volume());
    assertThat(platform.database().acts(app, "remove volume")).isOne();
    assertThat(strings(api.object("/deployments?q=" + app.name()), "items", "state"))
        .containsExactly("stopped");
  }
}
