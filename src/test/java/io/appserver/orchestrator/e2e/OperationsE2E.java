package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Handbook;
import io.appserver.orchestrator.e2e.support.Handbook.Block;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.testing.Command.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Every command of docs/operations.md, run; it prints what the page says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(EndToEnd.ONE_SERVER)
class OperationsE2E {

  private static final Path PAGE =
      Path.of(System.getProperty("orchestrator.basedir", ""), "docs", "operations.md");

  /** AppServer's own, and what is run beside the broker with a built checkout. */
  private static final List<String> ELSEWHERE =
      List.of(
          "rabbitmqctl set_permissions",
          "script/dead-letters list",
          "curl -X POST http://localhost:8080/graphql",
          "docker logs appserver",
          "unzip -p orchestrator.war");

  /** The broker counts its consumers and messages every five seconds. */
  private Platform platform;

  private Handbook handbook;

  @BeforeAll
  void letSomethingBeWrong() {
    platform = Platform.start("operations", Map.of());
    for (String key : List.of("app.installed", "app.uninstalled")) {
      platform.broker().bindQueue("appserver.subscriber." + key, key);
    }
    App todos = platform.healthyApp("todos");
    App users = platform.appServer().register("users");
    platform.appServer().install(users);
    platform.awaitState(users, "failed");
    platform
        .broker()
        .publish(
            "app.installed",
            "{\"AppName\": \"%s".formatted(todos.name()).getBytes(StandardCharsets.UTF_8),
            Map.of());
    handbook = new Handbook(platform, PAGE, Map.of("todos", todos.name(), "users", users.name()));
  }

  @AfterAll
  void close() {
    if (platform != null) {
      platform.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> printsWhatThePageSays() {
    return handbook.blocks().stream()
        .filter(block -> !block.elsewhere())
        .map(block ->
            DynamicTest.dynamicTest(
                block.commands().lines().findFirst().orElseThrow(), () -> tryOut(block)));
  }

  private void tryOut(Block block) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> {
          Outcome result = handbook.run(block);
          assertThat(result.status()).as("%s%n%s", block, result.output()).isZero();
          assertThat(handbook.missing(block, result.output()))
              .as("%s%n%s", block, result.output())
              .isEmpty();
        });
  }

  @Test
  void onlyWhatIsKnownToRunElsewhereDoesNotRunHere() {
    assertThat(handbook.blocks().stream().filter(Block::elsewhere).toList())
        .zipSatisfy(
            ELSEWHERE, (block, command) -> assertThat(block.commands()).startsWith(command));
    assertThat(handbook.blocks()).hasSizeGreaterThan(20);
  }
}
