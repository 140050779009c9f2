package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.Database;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.testing.Command;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The broker as the guide describes it, and events as they may come. */
@EndToEnd
class QueuesE2E {

  private static final String OURS = "orchestrator.subscriber.app.installed";
  private static final String THEIRS = "appserver.subscriber.app.installed";

  private final Platform platform;

  QueuesE2E(Platform platform) {
    this.platform = platform;
  }

  @Test
  void theAppServersQueueBesideOursGetsEveryEventToo() {
    platform.broker().bindQueue(THEIRS, "app.installed");
    App first = platform.app("todos", "web");
    App second = platform.app("users", "web");

    platform.appServer().install(first, second);
    platform.awaitState(first, "healthy");
    platform.awaitState(second, "healthy");

    assertThat(takeAllFromTheirs()).containsSubsequence(first.event(), second.event());
  }

  private List<String> takeAllFromTheirs() {
    return Stream.generate(() -> platform.broker().take(THEIRS))
        .takeWhile(Optional::isPresent)
        .map(message -> new String(message.get().getBody(), StandardCharsets.UTF_8))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"AppName": "%1$s", "AppID": "%2$s"}\
        """,
        """
        {"AppName": "%1$s"}\
        """,
        """
        {"app_name": "%1$s", "app_id": "%2$s"}\
        """,
        """
        {"appName": "%1$s", "appId": "%2$s"}\
        """,
        """
        {"data": {"app_name": "%1$s"}}\
        """,
        """
        {"EventType": "app.installed", "Payload": {"AppName": "%1$s", "AppID": "%2$s"}, "OccurredAt": "2026-11-23T05:00:00Z"}\
        """,
        """
        {"AggregateID": "%2$s", "EventType": "app.installed"}\
        """,
        """
        {"AppName": "%1$s", "AppID": "uuid-here", "Something": ["else"]}\
        """
      })
  void anEventOfThisShapeInstalls(String shape) {
    App app = platform.app("todos", "web");
    platform.appServer().markInstalled(app);

    platform.broker().publish("app.installed", shape.formatted(app.name(), app.id()));

    platform.awaitState(app, "healthy");
  }

  @Test
  void headersOfOtherLibrariesDoNoHarm() {
    App app = platform.app("todos", "web");
    platform.appServer().markInstalled(app);

    platform
        .broker()
        .publish(
            "app.installed",
            app.event().getBytes(StandardCharsets.UTF_8),
            Map.of(
                "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "x", 1));

    platform.awaitState(app, "healthy");
  }

  @Test
  void aStaleInstallThatIsReplayedAfterTheUninstallInstallsNothing() {
    App app = platform.app("stale", "web");
    platform.appServer().install(app);
    platform.awaitState(app, "healthy");
    platform.appServer().uninstall(app);
    platform.awaitState(app, "stopped");
    Instant gone = Instant.now();

    platform.broker().publish("", OURS, app.event().getBytes(StandardCharsets.UTF_8), Map.of());

    platform.awaitEventsSettled(app, 3);
    assertThat(platform.database().intakes(app).getLast())
        .extracting(Database.Intake::outcome, Database.Intake::reason)
        .containsExactly("superseded", "the platform has the app as not installed");
    assertThat(platform.engine().created(app.container(), gone)).isZero();
    assertThat(platform.database().state(app)).isEqualTo("stopped");
  }

  @Test
  void theGuidesCommandsShowQueuesBindingsAndAConsumer() {
    platform.broker().bindQueue(THEIRS, "app.installed");

    assertThat(
            shell(
                """
                curl -s -u guest:guest "http://localhost:15672/api/queues" | \
                jq '.[] | select(.name | contains("orchestrator")) | .name'\
                """))
        .contains(
            "\"orchestrator.subscriber.app.installed\"",
            "\"orchestrator.subscriber.app.uninstalled\"");
    assertThat(
            shell(
                """
                curl -s -u guest:guest \
                "http://localhost:15672/api/exchanges/%2f/appserver.events/bindings/source" | \
                jq '.[] | select(.destination | contains("orchestrator"))' | jq -r '.destination + " " + .routing_key'\
                """))
        .contains(
            OURS + " app.installed", "orchestrator.subscriber.app.uninstalled app.uninstalled");
    assertThat(
            shell(
                """
                curl -s -u guest:guest "http://localhost:15672/api/queues" | \
                jq '.[].name | select(contains("subscriber"))'\
                """))
        .contains('"' + OURS + '"', '"' + THEIRS + '"');
    // The management plugin gathers its figures every few seconds.
    await()
        .untilAsserted(() ->
            assertThat(
                    shell(
                        """
                        curl -s -u guest:guest \
                        "http://localhost:15672/api/queues/%2f/orchestrator.subscriber.app.installed" | \
                        jq '.consumer_details' | jq length\
                        """))
                .isEqualTo("1"));
  }

  /**
   * Runs one of the guide's commands, with the address, login and virtual host of this run put in.
   */
  private String shell(String command) {
    var login = platform.services().brokerLogin();
    String here =
        command
            .replace("guest:guest", login.user() + ":" + login.password())
            .replace("http://localhost:15672", platform.services().management().toString())
            .replace("%2f", platform.broker().virtualHost())
            .replace("/api/queues\"", "/api/queues/" + platform.broker().virtualHost() + "\"");
    return Command.run("bash", "-o", "pipefail", "-c", here).strip();
  }
}
