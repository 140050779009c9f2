package io.appserver.orchestrator.intake.amqp.consume;

import static io.appserver.orchestrator.intake.event.EventKind.INSTALLED;
import static io.appserver.orchestrator.intake.event.EventKind.UNINSTALLED;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.GetResponse;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Look.Wanted;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.intake.Bench;
import io.appserver.orchestrator.intake.EventIntake;
import io.appserver.orchestrator.intake.EventSource;
import io.appserver.orchestrator.intake.amqp.BrokerConnections;
import io.appserver.orchestrator.intake.amqp.Topology;
import io.appserver.orchestrator.intake.amqp.VirtualHost;
import io.appserver.orchestrator.intake.amqp.deadletter.DeadLetterPublisher;
import io.appserver.orchestrator.intake.amqp.deadletter.DeadLetterQueue;
import io.appserver.orchestrator.intake.deadletter.DeadLetter;
import io.appserver.orchestrator.intake.deadletter.DeadLetterException;
import io.appserver.orchestrator.intake.deadletter.Outbox;
import io.appserver.orchestrator.intake.deadletter.RefusedLetterException;
import io.appserver.orchestrator.intake.event.Body;
import io.appserver.orchestrator.intake.event.IntakeResult;
import io.appserver.orchestrator.intake.event.Message;
import io.appserver.orchestrator.testing.Patience;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Consuming, on the real broker and the real database. */
class EventConsumerE2E {

  private static final String INSTALLED_QUEUE = "orchestrator.subscriber.app.installed";
  private static final String UNINSTALLED_QUEUE = "orchestrator.subscriber.app.uninstalled";
  private static final String DEAD_LETTERS = "orchestrator.dead-letter";

  private final ThreadFactory threads = Thread.ofPlatform().daemon().factory();
  private final ExecutorService executor = Executors.newCachedThreadPool(threads);
  private final AtomicInteger handled = new AtomicInteger();
  private final AtomicReference<Error> thrown = new AtomicReference<>();
  private volatile Consumer<List<Message>> handling = messages -> {};
  private Bench bench;
  private VirtualHost host;
  private DeadLetterPublisher deadLetters;
  private EventConsumer consumer;
  private BrokerConnections connections;

  @BeforeEach
  void open() {
    bench = new Bench();
    host = new VirtualHost();
    prepare("quorum");
  }

  private void prepare(String queueType) {
    prepare(queueType, host.url());
  }

  private void prepare(String queueType, String url) {
    Settings settings = BrokerSettings.of(url, queueType);
    connections = new BrokerConnections(settings, bench::identity, threads, executor);
    deadLetters = new DeadLetterPublisher(connections, settings);
    var counting =
        new EventIntake(bench.names, bench.recorder, bench.store, List.of(bench.observer)) {
          @Override
          public List<IntakeResult> handle(List<Message> messages) {
            handled.addAndGet(messages.size());
            handling.accept(messages);
            return super.handle(messages);
          }

          @Override
          public boolean databaseAnswers() {
            Error error = thrown.getAndSet(null);
            if (error != null) {
              throw error;
            }
            return super.databaseAnswers();
          }
        };
    consumer =
        new EventConsumer(
            settings,
            connections,
            counting,
            deadLetters,
            bench.letters,
            List.of(bench.observer),
            threads);
  }

  @AfterEach
  void close() {
    consumer.stop();
    host.close();
    bench.close();
    executor.shutdownNow();
  }

  @Test
  void declaresWhatTheGuideExpectsToFind() {
    start();

    assertThat(host.keys("appserver.events", INSTALLED_QUEUE)).containsExactly("app.installed");
    assertThat(host.keys("appserver.events", UNINSTALLED_QUEUE)).containsExactly("app.uninstalled");
    assertThat(host.keys(DEAD_LETTERS, DEAD_LETTERS))
        .contains("app.installed", "app.uninstalled", DEAD_LETTERS);
    assertThat(host.queue(INSTALLED_QUEUE).getBoolean("durable")).isTrue();
    var arguments = host.queue(INSTALLED_QUEUE).getJsonObject("arguments");
    assertThat(arguments.getString("x-queue-type")).isEqualTo("quorum");
    assertThat(arguments.getInt("x-delivery-limit")).isEqualTo(20);
    assertThat(arguments.getString("x-dead-letter-exchange")).isEqualTo(DEAD_LETTERS);
    soon(() -> assertThat(host.connections()).contains("orchestrator@here"));
    assertThat(consumer.status())
        .isEqualTo(
            new EventSource.Status(
                true, Map.of(INSTALLED_QUEUE, 1, UNINSTALLED_QUEUE, 1), List.of()));
    assertThat(consumer.status().consuming()).isTrue();
  }

  @Test
  void goesOnAfterAnErrorAsAfterAnyOtherFault() {
    thrown.set(new StackOverflowError("too deep"));
    start();
    assertThat(thrown).hasNullValue();
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");

    soon(() -> assertThat(bench.signals.given()).containsExactly("todos app.installed"));
  }

  @Test
  void keepsEventsAndAcknowledgesThem() {
    start();
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");
    host.publish(UNINSTALLED, "{\"Data\":{\"app_name\":\"notes\"}}");

    soon(() ->
        assertThat(bench.signals.given())
            .containsExactlyInAnyOrder("todos app.installed", "notes app.uninstalled"));
    consumer.stop();
    assertThat(host.ready(INSTALLED_QUEUE)).isZero();
    assertThat(host.ready(UNINSTALLED_QUEUE)).isZero();
    assertThat(bench.outcomes()).containsExactly("open", "open");
  }

  @Test
  void everyKindOfRubbishBecomesDeadLetterByteForByteAndTheNextGoodEventIsHandled() {
    start();
    byte[] huge = new byte[10 * 1024 * 1024];
    new Random(1).nextBytes(huge);
    var rubbish =
        List.of(
            new Rubbish("malformed_json", "{\"AppName\":".getBytes(UTF_8)),
            new Rubbish("empty_body", new byte[0]),
            new Rubbish("too_large", huge),
            new Rubbish("malformed_json", "AppName=todos".getBytes(UTF_8)),
            new Rubbish("malformed_json", "{\"AppName\":\"Übel\"}".getBytes(ISO_8859_1)),
            new Rubbish("not_an_object", "[{\"AppName\":\"todos\"}]".getBytes(UTF_8)),
            new Rubbish("wrong_type", "{\"AppName\":42}".getBytes(UTF_8)),
            new Rubbish("app_missing", "{\"Other\":\"todos\"}".getBytes(UTF_8)),
            new Rubbish("invalid_app_name", "{\"AppName\":\"../../etc/passwd\"}".getBytes(UTF_8)),
            new Rubbish("invalid_app_id", "{\"AppID\":\"x\"}".getBytes(UTF_8)),
            new Rubbish("contradiction", "{\"AppName\":\"a\",\"app_name\":\"b\"}".getBytes(UTF_8)));
    for (Rubbish piece : rubbish) {
      host.publish(INSTALLED, piece.body(), Map.of("traceparent", "00-aa-bb-01", "n", 7));
    }
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");

    // One that is too large for a batch is put back once, and may end behind others.
    List<GetResponse> letters = rubbish.stream().map(piece -> deadLetter()).toList();
    for (Rubbish piece : rubbish) {
      GetResponse letter =
          letters.stream()
              .filter(one -> Arrays.equals(one.getBody(), piece.body()))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no dead letter for " + piece.reason()));
      Map<String, Object> headers = letter.getProps().getHeaders();
      assertThat(headers.get("x-orchestrator-reason")).hasToString(piece.reason());
      assertThat(headers.get("x-orchestrator-message").toString()).isNotBlank();
      assertThat(headers.get("x-orchestrator-exchange")).hasToString("appserver.events");
      assertThat(headers.get("x-orchestrator-routing-key")).hasToString("app.installed");
      assertThat(headers.get("x-orchestrator-queue")).hasToString(INSTALLED_QUEUE);
      assertThat(headers.get("x-orchestrator-attempts")).hasToString("1");
      assertThat(headers.get("x-orchestrator-time").toString()).startsWith("20");
      assertThat(headers.get("traceparent")).hasToString("00-aa-bb-01");
      assertThat(headers.get("n")).isEqualTo(7);
      assertThat(letter.getProps().getDeliveryMode()).isEqualTo(2);
      assertThat(letter.getProps().getExpiration()).isNull();
      assertThat(letter.getProps().getContentType()).isEqualTo("application/json");
      assertThat(letter.getEnvelope().getRoutingKey()).isEqualTo("app.installed");
    }
    soon(() -> assertThat(bench.signals.given()).containsExactly("todos app.installed"));
    soon(() ->
        assertThat(bench.deadLettered)
            .containsExactlyInAnyOrderElementsOf(rubbish.stream().map(Rubbish::reason).toList()));
    assertThat(handled).as("nothing was tried twice").hasValue(rubbish.size() + 1);
    consumer.stop();
    assertThat(host.ready(INSTALLED_QUEUE)).isZero();
    assertThat(host.ready(DEAD_LETTERS)).isZero();
  }

  private record Rubbish(String reason, Body content) {
    Rubbish(String reason, byte[] bytes) {
      this(reason, new Body(bytes));
    }

    byte[] body() {
      return content.bytes();
    }
  }

  @Test
  void usesQueuesThatExistAsTheyStand() throws Exception {
    host.channel().exchangeDeclare("appserver.events", BuiltinExchangeType.TOPIC, true);
    host.channel().queueDeclare(INSTALLED_QUEUE, true, false, false, Map.of("x-max-length", 1000));
    host.channel().queueDeclare(DEAD_LETTERS, true, false, false, Map.of());
    start();
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");
    host.publish(INSTALLED, "rubbish");

    soon(() -> assertThat(bench.signals.given()).containsExactly("todos app.installed"));
    assertThat(deadLetter().getBody()).asString(UTF_8).isEqualTo("rubbish");
    assertThat(host.queue(INSTALLED_QUEUE).getJsonObject("arguments").keySet())
        .containsExactly("x-max-length");
  }

  @Test
  void declaresClassicQueuesIfToldTo() {
    prepare("classic");
    start();

    assertThat(host.queue(INSTALLED_QUEUE).getJsonObject("arguments").getString("x-queue-type"))
        .isEqualTo("classic");
    assertThat(host.queue(INSTALLED_QUEUE).getJsonObject("arguments").keySet())
        .doesNotContain("x-delivery-limit");
  }

  @Test
  void leavesAppServersQueuesTheirEvents() throws Exception {
    host.channel().exchangeDeclare("appserver.events", BuiltinExchangeType.TOPIC, true);
    String theirs = "appserver.subscriber.app.installed";
    host.channel().queueDeclare(theirs, true, false, false, Map.of());
    host.channel().queueBind(theirs, "appserver.events", "app.installed");
    start();
    for (int i = 0; i < 20; i++) {
      host.publish(INSTALLED, "{\"AppName\":\"app-%d\"}".formatted(i));
    }

    soon(() -> assertThat(bench.signals.given()).hasSize(20));
    assertThat(host.ready(theirs)).isEqualTo(20);
  }

  @Test
  void databaseOutageLosesNothingAndRedeliversAtMostOnceASecond() {
    start();
    bench.door.shut();
    long began = System.nanoTime();
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");
    host.publish(INSTALLED, "{\"AppName\":\"notes\"}");
    host.publish(UNINSTALLED, "{\"AppName\":\"users\"}");
    soon(() -> assertThat(host.consumers(INSTALLED_QUEUE)).isZero());
    soon(() ->
        assertThat(consumer.status().missing())
            .containsExactly("no events are taken while the database does not answer"));
    await()
        .during(Duration.ofSeconds(4))
        .until(() -> host.consumers(INSTALLED_QUEUE) == 0 && host.ready(INSTALLED_QUEUE) == 2);
    assertThat(handled.get()).as("a try per consumer").isLessThanOrEqualTo(2);
    assertThat(consumer.status().connected()).isTrue();
    assertThat(consumer.status().consuming()).isFalse();

    bench.door.open();
    soon(() ->
        assertThat(bench.signals.given())
            .containsExactlyInAnyOrder(
                "todos app.installed", "notes app.installed", "users app.uninstalled"));
    long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
    assertThat(handled.get() - 3).isLessThanOrEqualTo((int) (2 * seconds));
    soon(() -> assertThat(bench.outcomes()).containsExactly("open", "open", "open"));
    assertThat(host.ready(DEAD_LETTERS)).isZero();
    soon(() -> assertThat(consumer.status().missing()).isEmpty());
  }

  @Test
  void databaseThatRefusesToStoreIsAnOutageToo() {
    start();
    bench.database.execute("ALTER TABLE orchestrator_intake RENAME TO away");
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");
    soon(() -> assertThat(consumer.status().consuming()).isFalse());
    await().during(Duration.ofSeconds(3)).until(() -> handled.get() == 1);
    bench.database.execute("ALTER TABLE away RENAME TO orchestrator_intake");

    soon(() -> assertThat(bench.outcomes()).containsExactly("open"));
  }

  @Test
  void databaseThatIsNotThereYetIsWaitedFor() {
    bench.door.shut();
    consumer.start();
    soon(() -> assertThat(host.connections()).contains("orchestrator@here"));
    soon(() -> assertThat(consumer.status().missing()).isNotEmpty());
    soon(() -> assertThat(host.keys("appserver.events", INSTALLED_QUEUE)).isNotEmpty());
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");
    assertThat(handled).hasValue(0);
    bench.door.open();

    soon(() -> assertThat(bench.outcomes()).containsExactly("open"));
  }

  @Test
  void messageThatFailsByItselfEndsAsDeadLetter() {
    start();
    bench.signals.failFor("cursed");
    host.publish(INSTALLED, "{\"AppName\":\"cursed\"}");
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");

    GetResponse letter = deadLetter();
    assertThat(letter.getProps().getHeaders().get("x-orchestrator-reason"))
        .hasToString("internal_error");
    assertThat(letter.getProps().getHeaders().get("x-orchestrator-attempts")).hasToString("5");
    soon(() -> assertThat(bench.signals.given()).containsExactly("todos app.installed"));
    assertThat(handled).hasValue(6);
  }

  @Test
  void resumesAfterTheBrokerClosedItsConnections() {
    start();
    soon(() -> assertThat(host.kick("orchestrator@here")).isPositive());
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");

    soon(() -> assertThat(bench.signals.given()).containsExactly("todos app.installed"));
    soon(() -> assertThat(consumer.status().consuming()).isTrue());
  }

  @Test
  void resumesAfterNetworkOutageAndWaitsForBrokerThatIsNotThereYet() {
    host.door.shut();
    consumer.start();
    soon(() ->
        assertThat(consumer.status().missing())
            .anySatisfy(
                words -> assertThat(words).startsWith("amqp://127.0.0.1:").contains("refused")));
    assertThat(consumer.status().missing().toString())
        .doesNotContain(Bench.environment("ORCHESTRATOR_TEST_RABBITMQ_PASSWORD"));
    host.door.open();
    soon(() -> assertThat(consumer.status().consuming()).isTrue());
    host.door.shut();
    soon(() -> assertThat(consumer.status().connected()).isFalse());
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");
    host.door.open();

    soon(() -> assertThat(bench.signals.given()).containsExactly("todos app.installed"));
  }

  @Test
  void declaresAnewAndResumesAfterQueueWasDeleted() {
    start();
    host.delete(INSTALLED_QUEUE);
    soon(() -> {
      host.publish(INSTALLED, "{\"AppName\":\"todos\"}");
      assertThat(bench.signals.given()).contains("todos app.installed");
    });
    assertThat(host.keys("appserver.events", INSTALLED_QUEUE)).containsExactly("app.installed");
  }

  @Test
  void deadLetterThatCannotBePublishedIsPutAsideAndHoldsUpNobody() throws Exception {
    start();
    host.delete(DEAD_LETTERS);
    host.channel()
        .queueDeclare(
            DEAD_LETTERS,
            true,
            false,
            false,
            Map.of("x-max-length", 0, "x-overflow", "reject-publish"));
    host.channel().queueBind(DEAD_LETTERS, DEAD_LETTERS, "app.installed");
    host.publish(INSTALLED, "rubbish".getBytes(UTF_8), Map.of("h", Map.of("$time", "x")));
    List<String> apps = IntStream.range(0, 10).mapToObj(i -> "app" + i).toList();
    apps.forEach(app -> host.publish(INSTALLED, event(app)));

    soon(() -> assertThat(bench.apps()).containsExactlyElementsOf(apps));
    soon(() -> assertThat(host.ready(INSTALLED_QUEUE)).isZero());
    assertThat(bench.letters.outboxSize()).isEqualTo(1);
    assertThat(consumer.status().missing())
        .containsExactly("dead letters cannot be published: IOException: the broker refused it");
    var outbox = new Outbox(bench.letters, deadLetters, List.of(bench.observer));
    outbox.publishAll();
    assertThat(bench.letters.outboxSize()).isEqualTo(1);

    host.delete(DEAD_LETTERS);
    outbox.publishAll();
    GetResponse letter = deadLetter();
    assertThat(letter.getBody()).asString(UTF_8).isEqualTo("rubbish");
    assertThat(letter.getProps().getHeaders().get("h").toString()).isEqualTo("{$time=x}");
    assertThat(letter.getProps().getHeaders().get("x-orchestrator-reason"))
        .hasToString("malformed_json");
    assertThat(bench.deadLettered).containsExactly("malformed_json");
    assertThat(consumer.status().missing()).isEmpty();
  }

  @Test
  void largeHeadersAreRefusedAndNeverHeldInNumbers() {
    start();
    host.publish(INSTALLED, event("first"));
    soon(() -> assertThat(bench.apps()).containsExactly("first"));
    Map<String, Object> many = new HashMap<>();
    for (int i = 0; i < 14_000; i++) {
      many.put(Integer.toString(i, 36), true); // a hundred KiB at the broker, megabytes here
    }
    handling =
        messages -> {
          long large = messages.stream().filter(message -> message.headers().size() > 1000).count();
          assertThat(large).isLessThanOrEqualTo(1);
        };
    for (int i = 0; i < 30; i++) {
      host.publish(INSTALLED, event("heavy").getBytes(UTF_8), many);
    }
    host.publish(INSTALLED, event("last").getBytes(UTF_8), Map.of("some", "x".repeat(5_000)));

    soon(() -> assertThat(bench.apps()).containsExactly("first", "last"));
    soon(() -> assertThat(host.ready(DEAD_LETTERS)).isEqualTo(30));
    soon(() -> assertThat(bench.deadLettered).hasSize(30).containsOnly("too_large"));
  }

  @Test
  void messageThatEndsTheProcessAgainAndAgainIsParked() {
    handling =
        messages -> {
          if (messages.stream().anyMatch(m -> m.body().length() == 6)) {
            throw new StackOverflowError("as a message may cause that kills");
          }
        };
    start();
    host.publish(INSTALLED, event("before"));
    host.publish(INSTALLED, "deadly");
    host.publish(INSTALLED, event("behind"));

    await().untilAsserted(() -> assertThat(bench.deadLettered).containsExactly("internal_error"));
    assertThat(deadLetter().getProps().getHeaders().get("x-orchestrator-message").toString())
        .contains("ended 5 times");
    soon(() -> assertThat(distinct(bench.apps())).containsExactly("before", "behind"));
    soon(() ->
        assertThat(bench.database.rows("SELECT message FROM orchestrator_redelivery")).isEmpty());
  }

  @Test
  void userWithoutTheRightToConfigureConsumesWhatAnAdministratorMade() throws Exception {
    new Topology("quorum").ensure(connections.open("administrator"));
    prepare(
        "quorum",
        host.url(
            "",
            "^(orchestrator\\.dead-letter|amq\\.default)$",
            "^orchestrator\\.(subscriber\\..*|dead-letter)$"));
    start();
    host.publish(INSTALLED, event("todos"));
    host.publish(INSTALLED, "rubbish");

    soon(() -> assertThat(bench.apps()).containsExactly("todos"));
    soon(() -> assertThat(bench.deadLettered).containsExactly("malformed_json"));
    assertThat(consumer.status().missing()).isEmpty();
    var box = new DeadLetterQueue(connections);
    assertThat(box.count()).hasValue(1);
    String id = box.oldest(1).oldest().getFirst().id();
    assertThat(box.oldest(1).total()).isEqualTo(1);
    assertThat(box.replay(id)).isTrue();
  }

  @Test
  void publisherWhoseLettersAnotherInstancePublishedIsInNoTroubleAnyMore() {
    start();
    host.door.shut();
    var letter =
        DeadLetter.of(
            Bench.message(INSTALLED, "rubbish", Map.of()), "malformed_json", "", 1, Instant.now());
    assertThatThrownBy(() -> deadLetters.publish(letter)).isInstanceOf(DeadLetterException.class);
    host.door.open();
    new Outbox(bench.letters, deadLetters, List.of(bench.observer)).publishAll();

    assertThat(deadLetters.troubled()).isFalse();
  }

  @Test
  void letterThatTheBrokerRefusesIsNoTroubleOfOthers() {
    var letter =
        DeadLetter.of(
            new Message(
                INSTALLED,
                INSTALLED_QUEUE,
                "",
                "",
                Map.of(),
                Map.of(Message.MESSAGE_ID, "x".repeat(300)),
                new Body(new byte[0])),
            "malformed_json",
            "",
            1,
            Instant.now());

    assertThatThrownBy(() -> deadLetters.publish(letter))
        .isInstanceOf(RefusedLetterException.class);
    assertThat(deadLetters.troubled()).isFalse();
  }

  @Test
  void brokerItselfBuriesMessagesThatWouldNotFitIntoMemory() {
    start();
    byte[] huge = new byte[48 * 1024 * 1024];
    new Random(2).nextBytes(huge);
    host.publish(INSTALLED, huge, Map.of());
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");

    GetResponse letter = deadLetter();
    assertThat(Arrays.equals(letter.getBody(), huge)).isTrue();
    assertThat(letter.getProps().getHeaders().get("x-first-death-reason")).hasToString("rejected");
    soon(() -> assertThat(bench.signals.given()).containsExactly("todos app.installed"));
    soon(() -> assertThat(bench.deadLettered).containsExactly("too_large"));
    assertThat(consumer.status().consuming()).isTrue();
  }

  @Test
  void keepsMessageThatNeitherSideCanBuryAndGoesOn() throws Exception {
    host.channel().exchangeDeclare("appserver.events", BuiltinExchangeType.TOPIC, true);
    host.channel().queueDeclare(INSTALLED_QUEUE, true, false, false, Map.of());
    start();
    host.publish(INSTALLED, new byte[17 * 1024 * 1024], Map.of());
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");
    host.publish(INSTALLED, "{\"AppName\":\"notes\"}");

    soon(() -> assertThat(bench.apps()).containsExactly("todos", "notes"));
    assertThat(consumer.status().missing())
        .anySatisfy(
            words -> assertThat(words).startsWith("1 messages in the queues cannot be taken"));
    consumer.stop();
    soon(() -> assertThat(host.ready(INSTALLED_QUEUE)).isEqualTo(1));
  }

  @Test
  void survivesHeadersThatNestWithoutEnd() {
    start();
    for (int depth : List.of(20, 40, 4000)) {
      Map<String, Object> table = Map.of("t", "");
      for (int i = 0; i < depth; i++) {
        table = Map.of("t", table);
      }
      host.publishDeep(INSTALLED, table);
    }
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");

    soon(() ->
        assertThat(bench.signals.given())
            .containsExactly("deep app.installed", "todos app.installed"));
    soon(() -> assertThat(bench.deadLettered).containsExactly("too_large", "too_large"));
    soon(() -> assertThat(host.ready(DEAD_LETTERS)).isEqualTo(2));
    soon(() -> assertThat(bench.outcomes()).hasSize(2));
  }

  @Test
  void givesUpForeignHeadersRatherThanTheDeadLetter() {
    start();
    // What fits into no frame of 128 KiB with ours added.
    var letter =
        DeadLetter.of(
            new Message(
                INSTALLED,
                INSTALLED_QUEUE,
                "appserver.events",
                "app.installed",
                Map.of("large", "x".repeat(130_900)),
                Map.of(),
                new Body("rubbish".getBytes(UTF_8))),
            "malformed_json",
            "the body is not JSON",
            1,
            Instant.now());
    deadLetters.publish(letter);

    assertThat(deadLetter().getProps().getHeaders())
        .containsKey("x-orchestrator-reason")
        .doesNotContainKey("large");
  }

  @Test
  void sendsOnHeadersThatPointElsewhereOnlyAsHeaders() throws Exception {
    host.channel().queueDeclare("elsewhere", true, false, false, Map.of());
    start();
    host.channel()
        .basicPublish(
            "appserver.events",
            "app.installed",
            new AMQP.BasicProperties.Builder()
                .headers(Map.of("CC", List.of("elsewhere"), "x-orchestrator-reason", "forged"))
                .expiration("60000")
                .userId(Bench.environment("ORCHESTRATOR_TEST_RABBITMQ_USER"))
                .build(),
            "rubbish".getBytes(UTF_8));

    assertThat(deadLetter().getProps().getHeaders().get("x-orchestrator-reason"))
        .hasToString("malformed_json");
    assertThat(host.take("elsewhere")).isEmpty();
  }

  @Test
  void outboxSurvivesBrokerOutage() {
    start();
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");
    soon(() -> assertThat(bench.outcomes()).hasSize(1));
    host.door.shut();
    bench.look(
        "todos",
        Wanted.INSTALLED,
        new Look.Result.Failed(Failure.of(FailureCode.IMAGE_NOT_FOUND, "repository not found")));
    var outbox = new Outbox(bench.letters, deadLetters, List.of(bench.observer));
    outbox.publishAll();
    assertThat(bench.letters.outboxSize()).isEqualTo(1);
    host.door.open();
    outbox.publishAll();

    GetResponse letter = deadLetter();
    assertThat(letter.getProps().getHeaders().get("x-orchestrator-reason"))
        .hasToString("image_not_found");
    assertThat(letter.getProps().getMessageId())
        .isEqualTo(bench.database.rows("SELECT id FROM orchestrator_intake").getFirst());
    assertThat(letter.getBody()).asString(UTF_8).isEqualTo("{\"AppName\":\"todos\"}");
    assertThat(bench.letters.outboxSize()).isZero();
  }

  @Test
  void stopsAndStartsAgain() {
    start();
    consumer.stop();
    soon(() -> assertThat(host.connections()).doesNotContain("orchestrator@here"));
    assertThat(consumer.status().connected()).isFalse();
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");
    start();

    soon(() -> assertThat(bench.signals.given()).containsExactly("todos app.installed"));
  }

  @Test
  void stopsWhileDatabaseAndBrokerAreAway() {
    start();
    bench.door.shut();
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");
    soon(() -> assertThat(consumer.status().consuming()).isFalse());
    host.door.shut();

    assertThat(CompletableFuture.runAsync(consumer::stop)).succeedsWithin(Patience.CONDITION);
    soon(() -> assertThat(consumer.status().connected()).isFalse());
    bench.door.open();
  }

  /** Whoever waited for their answers would wait for ever. */
  @Test
  void stopsWhileDatabaseAndBrokerAreSilent() {
    start();
    bench.door.hold();
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}");
    soon(() -> assertThat(handled).hasValue(1));
    host.door.hold();
    try {
      assertThat(CompletableFuture.runAsync(consumer::stop)).succeedsWithin(Patience.CONDITION);
    } finally {
      bench.door.letGo();
      host.door.letGo();
    }
    soon(() -> assertThat(host.connections()).doesNotContain("orchestrator@here"));
    soon(() ->
        assertThat(host.ready(INSTALLED_QUEUE) + bench.outcomes().size())
            .as("nothing is lost")
            .isPositive());
  }

  @Test
  void worksOffABacklog() {
    start();
    consumer.stop();
    int events = 300;
    for (int i = 0; i < events; i++) {
      host.publish(INSTALLED, "{\"AppName\":\"todos\"}");
    }
    consumer.start();

    await().untilAsserted(() -> assertThat(bench.outcomes()).hasSize(events));
    bench.look("todos", Wanted.INSTALLED, new Look.Result.Running());
    assertThat(bench.outcomes()).hasSize(events).containsOnly("done");
  }

  @Test
  void messageThatFailsByItselfHoldsUpNobodyAmongMany() {
    start();
    consumer.stop();
    bench.signals.failFor("cursed");
    var good = new ArrayList<String>();
    for (int i = 0; i < 60; i++) {
      String app = i == 20 ? "cursed" : "app-" + i;
      host.publish(INSTALLED, event(app));
      if (i != 20) {
        good.add(app);
      }
    }
    var calls = new CopyOnWriteArrayList<List<String>>();
    handling =
        messages ->
            calls.add(messages.stream().map(m -> new String(m.body().bytes(), UTF_8)).toList());
    consumer.start();

    GetResponse letter = deadLetter();
    soon(() -> assertThat(bench.apps()).isEqualTo(good));
    List<String> batch =
        calls.stream().filter(call -> call.contains(event("cursed"))).findFirst().orElseThrow();
    List<String> afterwards =
        calls.subList(calls.indexOf(batch) + 1, calls.size()).stream()
            .flatMap(List::stream)
            .toList();
    assertThat(afterwards)
        .as("each by itself, and only then the one that failed again")
        .startsWith(batch.toArray(String[]::new));
    assertThat(letter.getBody()).asString(UTF_8).isEqualTo(event("cursed"));
    assertThat(letter.getProps().getHeaders().get("x-orchestrator-attempts")).hasToString("5");
    consumer.stop();
    assertThat(host.ready(INSTALLED_QUEUE)).isZero();
  }

  @Test
  void databaseOutageAfterOneOfManyFailedPutsThatOneBackToo() {
    backlog(60);
    bench.signals.failFor("app-20");
    var failed = new AtomicBoolean();
    handling =
        messages -> {
          if (failed.get()) {
            bench.door.shut();
          }
          String last = new String(messages.getLast().body().bytes(), UTF_8);
          failed.set(messages.size() == 1 && last.equals(event("app-20")));
        };
    consumer.start();

    soon(() ->
        assertThat(consumer.status().missing())
            .containsExactly("no events are taken while the database does not answer"));
    soon(() -> {
      assertThat(host.ready(INSTALLED_QUEUE)).isEqualTo(60 - bench.apps().size());
      assertThat(bench.apps()).doesNotContain("app-20");
    });
    handling = messages -> {};
    bench.signals.failFor("");
    bench.door.open();
    soon(() -> assertThat(distinct(bench.apps())).hasSize(60));
    assertThat(bench.deadLettered).isEmpty();
  }

  @Test
  void largeMessagesAmongManyAreBuriedOneByOneAndTheOrderStays() {
    start();
    consumer.stop();
    byte[] large = new byte[11 * 1024 * 1024];
    new Random(3).nextBytes(large);
    var good = new ArrayList<String>();
    for (int i = 0; i < 60; i++) {
      if (i % 20 == 10) {
        host.publish(INSTALLED, large, Map.of());
      } else {
        host.publish(INSTALLED, event("app-" + i));
        good.add("app-" + i);
      }
    }
    consumer.start();

    soon(() -> assertThat(bench.apps()).isEqualTo(good));
    for (int i = 0; i < 3; i++) {
      GetResponse letter = deadLetter();
      assertThat(letter.getProps().getHeaders().get("x-orchestrator-reason"))
          .hasToString("too_large");
      assertThat(Arrays.equals(letter.getBody(), large)).isTrue();
    }
    assertThat(handled).as("nothing was tried twice").hasValue(60);
    consumer.stop();
    assertThat(host.ready(INSTALLED_QUEUE)).isZero();
  }

  @Test
  void databaseOutageInTheMiddleOfABacklogLosesNothingAndStandsStill() {
    List<String> apps = backlog(600);
    consumer.start();
    soon(() -> assertThat(bench.apps()).hasSizeGreaterThan(100));
    bench.door.shut();
    soon(() -> assertThat(consumer.status().consuming()).isFalse());
    soon(() -> assertThat(host.consumers(INSTALLED_QUEUE)).isZero());
    int tried = handled.get();
    long waiting = host.ready(INSTALLED_QUEUE);
    await()
        .during(Duration.ofSeconds(3))
        .until(() -> host.ready(INSTALLED_QUEUE) >= waiting && handled.get() == tried);
    bench.door.open();

    soon(() -> assertThat(bench.apps()).containsAll(apps));
    assertThat(handled.get() - apps.size()).as("tried twice: a batch").isLessThanOrEqualTo(101);
    assertThat(bench.deadLettered).isEmpty();
    consumer.stop();
    assertThat(host.ready(INSTALLED_QUEUE)).isZero();
  }

  @Test
  void brokerOutagesInTheMiddleOfABacklogLoseNothing() {
    List<String> apps = backlog(600);
    consumer.start();
    for (int stored : List.of(100, 300)) {
      soon(() -> assertThat(bench.apps()).hasSizeGreaterThan(stored));
      host.door.shut();
      soon(() -> assertThat(consumer.status().connected()).isFalse());
      host.door.open();
    }

    soon(() -> assertThat(bench.apps()).containsAll(apps));
    soon(() -> assertThat(host.ready(INSTALLED_QUEUE)).isZero());
    consumer.stop();
    assertThat(host.ready(INSTALLED_QUEUE)).as("nothing was acknowledged late").isZero();
    assertThat(host.ready(DEAD_LETTERS)).isZero();
    assertThat(bench.deadLettered).isEmpty();
  }

  @Test
  void nothingIsAcknowledgedBeforeItIsKept() {
    start();
    consumer.stop();
    for (int i = 0; i < 50; i++) {
      host.publish(INSTALLED, event("app-" + i));
    }
    bench.database.execute(
        "ALTER TABLE orchestrator_intake ADD CONSTRAINT none CHECK (false) NOT VALID");
    consumer.start();
    soon(() -> assertThat(consumer.status().missing()).isNotEmpty());
    consumer.stop();
    soon(() -> assertThat(host.ready(INSTALLED_QUEUE)).isEqualTo(50));

    bench.database.execute("ALTER TABLE orchestrator_intake DROP CONSTRAINT none");
    consumer.start();
    soon(() -> assertThat(bench.apps()).hasSize(50));
  }

  @Test
  void staleInstallReplayedAfterTheUninstallIsSupersededByWhatTheDatabaseSays() {
    start();
    String id = bench.app("todos", "installed");
    host.publish(INSTALLED, event("todos"));
    soon(() -> assertThat(bench.apps()).hasSize(1));
    bench.look(
        "todos",
        Wanted.INSTALLED,
        new Look.Result.Failed(Failure.of(FailureCode.IMAGE_NOT_FOUND, "repository not found")));
    new Outbox(bench.letters, deadLetters, List.of(bench.observer)).publishAll();
    bench.database.execute("UPDATE apps SET state = 'registered' WHERE id = '%s'".formatted(id));
    host.publish(UNINSTALLED, event("todos"));
    soon(() -> assertThat(bench.apps()).hasSize(2));
    bench.look("todos", Wanted.NOT_INSTALLED, new Look.Result.Gone());

    var box = new DeadLetterQueue(connections);
    assertThat(box.replay(box.oldest(1).oldest().getFirst().id())).isTrue();
    soon(() -> assertThat(bench.apps()).hasSize(3));
    bench.look("todos", Wanted.NOT_INSTALLED, new Look.Result.Gone());
    assertThat(bench.outcomes()).containsExactly("dead_lettered: image_not_found", "done", "open");
    bench.age("31 seconds");
    bench.look("todos", Wanted.NOT_INSTALLED, new Look.Result.Gone());
    assertThat(bench.outcomes())
        .containsExactly(
            "dead_lettered: image_not_found",
            "done",
            "superseded: the platform has the app as not installed");
    assertThat(
            bench.database.rows(
                "SELECT headers ->> 'x-orchestrator-replays', exchange FROM orchestrator_intake"
                    + " ORDER BY received_at DESC LIMIT 1"))
        .containsExactly("1 ");

    bench.database.execute("DELETE FROM apps");
    host.publish(INSTALLED, event("todos"));
    soon(() -> assertThat(bench.apps()).hasSize(4));
    bench.age("31 seconds");
    bench.look("todos", Wanted.UNKNOWN, new Look.Result.Gone());
    assertThat(bench.outcomes().getLast()).isEqualTo("dead_lettered: app_unknown");
  }

  @Test
  void eventsOfBothQueuesInWhateverOrderEndAsTheDatabaseSays() {
    start();
    consumer.stop();
    for (int i = 0; i < 30; i++) {
      host.publish(i % 3 == 0 ? UNINSTALLED : INSTALLED, event("todos"));
    }
    consumer.start();
    soon(() -> assertThat(bench.apps()).hasSize(30));
    bench.look("todos", Wanted.INSTALLED, new Look.Result.Running());
    bench.age("31 seconds");
    bench.look("todos", Wanted.INSTALLED, new Look.Result.Running());

    assertThat(bench.outcomes().stream().filter("done"::equals)).hasSize(20);
    assertThat(bench.outcomes().stream().filter(outcome -> outcome.startsWith("superseded")))
        .hasSize(10);
  }

  /** Events of that many apps, waiting in the queue. */
  private List<String> backlog(int events) {
    start();
    consumer.stop();
    List<String> apps = IntStream.range(0, events).mapToObj(i -> "app-" + i).toList();
    apps.forEach(app -> host.publish(INSTALLED, event(app)));
    return apps;
  }

  private static String event(String app) {
    return "{\"AppName\":\"%s\"}".formatted(app);
  }

  private static List<String> distinct(List<String> apps) {
    return apps.stream().distinct().toList();
  }

  private void start() {
    consumer.start();
    await().until(() -> consumer.status().consuming());
  }

  private GetResponse deadLetter() {
    return await()
        .until(() -> host.take(DEAD_LETTERS), java.util.Optional::isPresent)
        .orElseThrow();
  }

  private static void soon(ThrowingRunnable assertion) {
    await().untilAsserted(assertion);
  }
}
