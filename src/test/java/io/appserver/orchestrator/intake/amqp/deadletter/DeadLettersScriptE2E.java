package io.appserver.orchestrator.intake.amqp.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.intake.Bench;
import io.appserver.orchestrator.intake.amqp.BrokerConnections;
import io.appserver.orchestrator.intake.amqp.Topology;
import io.appserver.orchestrator.intake.amqp.VirtualHost;
import io.appserver.orchestrator.intake.event.Body;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script for operators, with the built WAR, on the real broker. */
class DeadLettersScriptE2E {

  private static final String INSTALLED_QUEUE = "orchestrator.subscriber.app.installed";
  private static final String DEAD_LETTERS = "orchestrator.dead-letter";

  private final ThreadFactory threads = Thread.ofPlatform().daemon().factory();
  private final ExecutorService executor = Executors.newCachedThreadPool(threads);
  private VirtualHost host;
  @TempDir private Path folder;

  private record Result(int status, Body printed, String errors) {
    String output() {
      return new String(printed.bytes(), UTF_8);
    }
  }

  @BeforeEach
  void open() throws Exception {
    host = new VirtualHost();
    var connections =
        new BrokerConnections(new Secret(host.url()), () -> "test", threads, executor);
    try (var connection = connections.open("topology")) {
      new Topology("quorum").ensure(connection);
    }
  }

  @AfterEach
  void close() {
    host.close();
    executor.shutdownNow();
  }

  @Test
  void anOperatorListsShowsReplaysAndDiscards() throws Exception {
    byte[] body = new byte[70_000];
    new Random(1).nextBytes(body);
    bury("m-1", "{\"AppName\":\"todos\"}\u001b[31m".getBytes(UTF_8));
    bury("m-2", body);
    bury("m-3", "third".getBytes(UTF_8));

    Result list = run("list");
    assertThat(list.output())
        .contains("3 dead letters:", "m-1", "m-2", "m-3")
        .contains("reason  image_not_found: repository not found")
        .contains("queue   " + INSTALLED_QUEUE)
        .contains("tried   3")
        .contains("body    24 bytes: {\"AppName\":\"todos\"} [31m")
        .doesNotContain("\u001b");
    assertThat(list.status()).isZero();
    assertThat(run("list", "1").output())
        .contains("3 dead letters, the oldest 1 of them:", "m-1")
        .doesNotContain("m-2");

    assertThat(run("show", "m-1").output())
        .contains("x-orchestrator-reason", "traceparent", "00-aa-bb-01");
    Result shown = run("show", "m-2", "--body");
    assertThat(java.util.Arrays.equals(shown.printed().bytes(), body)).isTrue();
    assertThat(shown.status()).isZero();

    assertThat(run("replay", "m-1").output()).isEqualTo("replayed m-1\n");
    assertThat(host.take(INSTALLED_QUEUE).orElseThrow().getBody())
        .asString(UTF_8)
        .startsWith("{\"AppName\":\"todos\"}");
    assertThat(run("discard", "m-2").output()).isEqualTo("discarded m-2\n");
    assertThat(host.ready(DEAD_LETTERS)).isEqualTo(1);

    Result refused = run("discard", "--all");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.errors()).contains("discard --all --yes");
    assertThat(host.ready(DEAD_LETTERS)).isEqualTo(1);
    assertThat(run("replay", "--all").output()).isEqualTo("replayed 1\n");
    bury("m-4", "fourth".getBytes(UTF_8));
    assertThat(run("discard", "--all", "--yes").output()).isEqualTo("discarded 1\n");
    assertThat(run("list").output()).isEqualTo("no dead letters\n");
  }

  @Test
  void saysWhatIsWrongAndNeverThePassword() throws Exception {
    for (String verb : List.of("show", "replay", "discard")) {
      Result missing = run(verb, "nobody");
      assertThat(missing.status()).isEqualTo(1);
      assertThat(missing.errors())
          .isEqualTo("ERROR: there is no dead letter nobody; see: script/dead-letters list\n");
      assertThat(missing.output()).isEmpty();
    }
    for (List<String> wrong :
        List.of(List.<String>of(), List.of("burn"), List.of("list", "0"), List.of("replay"))) {
      assertThat(run(wrong.toArray(String[]::new)).status()).as("%s", wrong).isEqualTo(2);
    }
    Result help = run("--help");
    assertThat(help.status()).isZero();
    assertThat(help.output()).contains("replay ID | --all", "APPSERVER_RABBITMQ_URL");

    host.door.shut();
    Result away = run("list");
    assertThat(away.status()).isEqualTo(1);
    assertThat(away.errors())
        .startsWith("ERROR: the dead letters at amqp://127.0.0.1:")
        .hasLineCount(1)
        .doesNotContain(Bench.environment("ORCHESTRATOR_TEST_RABBITMQ_PASSWORD"));
  }

  private void bury(String messageId, byte[] body) {
    host.publish(
        DEAD_LETTERS,
        "app.installed",
        new BasicProperties.Builder()
            .messageId(messageId)
            .headers(
                Map.of(
                    "traceparent", "00-aa-bb-01",
                    "x-orchestrator-reason", "image_not_found",
                    "x-orchestrator-message", "repository not found",
                    "x-orchestrator-queue", INSTALLED_QUEUE,
                    "x-orchestrator-attempts", "3"))
            .build(),
        body);
    await().until(() -> host.ready(DEAD_LETTERS) > 0);
  }

  private Result run(String... arguments) throws Exception {
    Path top = Path.of(System.getProperty("orchestrator.basedir", "")).toAbsolutePath();
    Path output = folder.resolve("out");
    Path errors = folder.resolve("err");
    var builder =
        new ProcessBuilder(
            Stream.concat(
                    Stream.of(top.resolve("script/dead-letters").toString()), Stream.of(arguments))
                .toList());
    builder.environment().put("APPSERVER_RABBITMQ_URL", host.url());
    Process process =
        builder.redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
    process.getOutputStream().close();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    return new Result(
        process.waitFor(), new Body(Files.readAllBytes(output)), Files.readString(errors));
  }
}
