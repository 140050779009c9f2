package io.appserver.orchestrator.e2e;

import static io.appserver.orchestrator.e2e.support.Answers.objects;
import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.Api;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.testing.Patience;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the HTTP API tells of apps that fail; all of them do at the same time. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiFailuresE2E {

  private final Platform platform;
  private final Api api;
  private App crash;
  private App invalid;
  private App greedy;
  private JsonObject betweenTries;

  ApiFailuresE2E(Platform platform) {
    this.platform = platform;
    this.api = platform.api();
  }

  @BeforeAll
  void failAll() {
    crash = platform.app("crashing", "crash");
    invalid = platform.app("invalid", "bad-entrypoint");
    greedy = platform.app("greedy", "oom");
    platform.appServer().set(greedy, Map.of("docker.memory.mb", "32"));
    platform.appServer().install(crash, invalid, greedy);
    platform.await(
        crash,
        "waits for its next try",
        () -> {
          JsonObject row = row(crash);
          assertThat(row.getString("state")).isEqualTo("pending");
          assertThat(row).containsKeys("nextLookAt", "reason");
          betweenTries = row;
        });
    for (App app : List.of(crash, invalid, greedy)) {
      platform.awaitState(app, "failed", Patience.TRIES);
    }
  }

  private JsonObject view(App app) {
    return api.object("/deployments/" + app.name());
  }

  private JsonObject row(App app) {
    return view(app).getJsonObject("deployment");
  }

  /** The entries of its timeline, the newest first. */
  private List<JsonObject> timeline(App app) {
    return objects(api.object("/deployments/" + app.name() + "/timeline?size=500"), "items");
  }

  /** What is told of the newest failure of that code. */
  private JsonObject details(App app, String code) {
    return timeline(app).stream()
        .filter(entry -> entry.getString("code", "").equals(code))
        .findFirst()
        .orElseThrow()
        .getJsonObject("details");
  }

  private static Instant time(JsonObject row, String field) {
    return Instant.parse(row.getString(field));
  }

  @Test
  void aCrashIsToldWithItsExitCodeAndLastWords() {
    List<JsonObject> crashes =
        timeline(crash).stream()
            .filter(entry -> entry.getString("code", "").equals("exited"))
            .toList();
    assertThat(crashes)
        .hasSize(3)
        .allSatisfy(entry -> {
          assertThat(entry.getString("from")).isEqualTo("starting");
          assertThat(entry.getString("actor")).isEqualTo("orchestrator");
          assertThat(entry.getString("message")).contains("exit code 3");
          JsonObject details = entry.getJsonObject("details");
          assertThat(details.getString("exit_code")).isEqualTo("3");
          assertThat(details.getString("oom_killed")).isEqualTo("false");
          assertThat(details.getString("log").lines())
              .containsExactlyInAnyOrder("starting", "cannot read the configuration, giving up");
        });
    assertThat(crashes)
        .extracting(entry -> entry.getString("to"))
        .containsExactly("failed", "pending", "pending");
  }

  @Test
  void memoryThatRanOutIsToldAsTheEngineToldIt() {
    assertThat(details(greedy, "out_of_memory").getString("oom_killed")).isEqualTo("true");
    assertThat(row(greedy).getJsonObject("reason").getString("code")).isEqualTo("out_of_memory");
  }

  @Test
  void theEnginesOwnWordsAreTold() {
    assertThat(details(invalid, "image_invalid").getString("engine")).contains("exec");
    assertThat(row(invalid).getInt("attempts")).isOne();
  }

  @Test
  void everyStepNamesTheFenceOfItsLease() {
    List<Integer> fences = timeline(crash).stream().map(entry -> entry.getInt("fence")).toList();
    assertThat(fences.reversed()).isSorted().allMatch(fence -> fence > 0);
    assertThat(fences.getFirst())
        .as("each try has a lease of its own")
        .isGreaterThan(fences.getLast());
    assertThat(view(crash).getInt("fence")).isEqualTo(fences.getFirst());
  }

  @Test
  void betweenTriesItSaysHowManyThereWereAndWhenTheNextIs() {
    assertThat(betweenTries.getString("state")).isEqualTo("pending");
    assertThat(betweenTries.getInt("attempts")).isBetween(1, 2);
    assertThat(time(betweenTries, "nextLookAt")).isAfter(time(betweenTries, "updatedAt"));
    assertThat(betweenTries.getJsonObject("reason").getString("code")).isEqualTo("exited");
    assertThat(betweenTries.getBoolean("attention")).isTrue();
  }

  @Test
  void whatIsGivenUpIsNotLookedAtAgain() {
    JsonObject row = row(crash);
    assertThat(row.getString("state")).isEqualTo("failed");
    assertThat(row.getInt("attempts")).isEqualTo(3);
    assertThat(row.getInt("restarts")).isZero();
    assertThat(row).doesNotContainKeys("nextLookAt", "healthySince", "container");
    assertThat(row.getBoolean("attention")).isTrue();
  }

  @Test
  void aRestartIsCountedAndItsHealthBeginsAnew() {
    App app = platform.healthyApp("killed");
    JsonObject before = row(app);
    assertThat(before.getInt("restarts")).isZero();
    assertThat(time(before, "healthySince")).isAfterOrEqualTo(time(before, "startedAt"));

    platform.engine().client().killContainerCmd(app.container()).exec();
    platform.await(
        app,
        "was restarted",
        () -> {
          JsonObject row = row(app);
          assertThat(row.getInt("restarts")).isOne();
          assertThat(row.getString("state")).isEqualTo("healthy");
        });

    JsonObject after = row(app);
    assertThat(time(after, "startedAt")).isAfter(time(before, "healthySince"));
    assertThat(time(after, "healthySince")).isAfter(time(before, "healthySince"));
    assertThat(after.getString("container")).isEqualTo(before.getString("container"));
    assertThat(after).doesNotContainKeys("reason", "nextLookAt");
    JsonObject details = details(app, "exited");
    assertThat(details.getString("exit_code")).isEqualTo("137");
    assertThat(details.getString("oom_killed")).isEqualTo("false");
    assertThat(details.getString("log")).contains("serving on port");
  }
}
