package io.appserver.orchestrator.intake.amqp.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.intake.Bench;
import io.appserver.orchestrator.intake.amqp.BrokerConnections;
import io.appserver.orchestrator.intake.amqp.Deliveries;
import io.appserver.orchestrator.intake.amqp.Topology;
import io.appserver.orchestrator.intake.amqp.VirtualHost;
import io.appserver.orchestrator.intake.deadletter.DeadLetter;
import io.appserver.orchestrator.intake.deadletter.DeadLetterException;
import io.appserver.orchestrator.intake.deadletter.DeadLetterStore;
import io.appserver.orchestrator.intake.deadletter.DeadLetterStore.Replayed;
import io.appserver.orchestrator.intake.deadletter.StoredDeadLetter;
import io.appserver.orchestrator.intake.deadletter.StoredDeadLetter.Summary;
import io.appserver.orchestrator.intake.event.Body;
import io.appserver.orchestrator.intake.event.BrokerNames;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The dead letters as operations, on the real broker. */
class DeadLettersE2E {

  private static final String INSTALLED_QUEUE = "orchestrator.subscriber.app.installed";
  private static final String UNINSTALLED_QUEUE = "orchestrator.subscriber.app.uninstalled";
  private static final String DEAD_LETTERS = "orchestrator.dead-letter";

  /** A quorum queue adds it to what it delivers. */
  private static final String COUNTED = "x-delivery-count";

  private static final Instant BURIED = Instant.parse("2026-11-23T05:13:00Z");

  private final ThreadFactory threads = Thread.ofPlatform().daemon().factory();
  private final ExecutorService executor = Executors.newCachedThreadPool(threads);
  private VirtualHost host;
  private DeadLetterStore store;

  @BeforeEach
  void open() throws Exception {
    host = new VirtualHost();
    try (var connection = connections(host.url()).open("topology")) {
      new Topology("quorum").ensure(connection);
    }
    store = new DeadLetterQueue(connections(host.url()));
  }

  @AfterEach
  void close() {
    host.close();
    executor.shutdownNow();
  }

  private BrokerConnections connections(String url) {
    return new BrokerConnections(new Secret(url), () -> "operator", threads, executor);
  }

  @Test
  void listsTheOldestAndLeavesAllInPlace() {
    for (int i = 1; i <= 100; i++) {
      bury(EventKind.INSTALLED, "m-" + i, "{\"AppName\":\"app-%d\"}".formatted(i), Map.of());
    }

    for (int look = 0; look < 3; look++) {
      DeadLetterStore.Contents contents = store.oldest(3);
      assertThat(contents.total()).isEqualTo(100);
      assertThat(contents.oldest()).extracting(Summary::id).containsExactly("m-1", "m-2", "m-3");
    }
    assertThat(store.oldest(1).oldest().getFirst())
        .isEqualTo(
            new Summary(
                "m-1",
                java.util.Optional.of(BURIED),
                "image_not_found",
                "repository not found",
                INSTALLED_QUEUE,
                "3",
                0,
                19,
                "{\"AppName\":\"app-1\"}"));
    assertThat(store.find("m-50")).isPresent();
    assertThat(ids())
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 100).mapToObj(i -> "m-" + i).toList());
    assertThat(host.ready(DEAD_LETTERS)).isEqualTo(100);
  }

  @Test
  void isEmptyWhereThereAreNone() {
    assertThat(store.oldest(20)).isEqualTo(new DeadLetterStore.Contents(0, List.of()));
    assertThat(store.find("m-1")).isEmpty();
    assertThat(store.replay("m-1")).isFalse();
    assertThat(store.discard("m-1")).isFalse();
    assertThat(store.replayAll()).isEqualTo(new Replayed(0, 0));
    assertThat(store.discardAll()).isZero();
  }

  @Test
  void showsAWholeLetter() {
    byte[] body = random(300_000, 1);
    bury(EventKind.UNINSTALLED, "m-1", body, Map.of("traceparent", "00-aa-bb-01", "n", 7));

    StoredDeadLetter letter = store.find("m-1").orElseThrow();
    assertThat(letter.whole()).isTrue();
    assertThat(Arrays.equals(letter.body().bytes(), body)).isTrue();
    assertThat(letter.headers())
        .containsEntry("n", 7)
        .containsKeys("traceparent", "x-orchestrator-reason", "x-orchestrator-exchange");
    assertThat(letter.properties())
        .containsEntry("content_type", "application/json")
        .containsEntry("message_id", "m-1");
    assertThat(host.ready(DEAD_LETTERS)).isEqualTo(1);
  }

  @Test
  void replaysIntoOurQueueAloneByteForByte() throws Exception {
    host.channel().queueDeclare("theirs", true, false, false, Map.of());
    host.channel().queueBind("theirs", "appserver.events", "#");
    bury(EventKind.INSTALLED, "m-1", "first", Map.of());
    byte[] body = random(200_000, 2);
    bury(
        EventKind.UNINSTALLED,
        "m-2",
        body,
        Map.of("traceparent", "00-aa-bb-01", "CC", List.of("theirs"), "n", 7));
    bury(EventKind.INSTALLED, "m-3", "third", Map.of());

    assertThat(store.replay("m-2")).isTrue();

    GetResponse replayed = host.take(UNINSTALLED_QUEUE).orElseThrow();
    assertThat(Arrays.equals(replayed.getBody(), body)).isTrue();
    assertThat(replayed.getProps().getHeaders())
        .containsOnlyKeys("traceparent", "n", "x-orchestrator-replays", COUNTED);
    assertThat(replayed.getProps().getHeaders()).containsEntry("x-orchestrator-replays", 1);
    assertThat(replayed.getProps().getDeliveryMode()).isEqualTo(2);
    assertThat(replayed.getProps().getMessageId()).isEqualTo("m-2");
    assertThat(replayed.getProps().getContentType()).isEqualTo("application/json");
    assertThat(replayed.getEnvelope().getExchange()).isEmpty();
    assertThat(host.take("theirs")).isEmpty();
    assertThat(ids()).containsExactly("m-1", "m-3");
  }

  @Test
  void countsReplaysAndGivesTheSendersIdBack() {
    bury(
        EventKind.INSTALLED,
        "ours",
        "x",
        Map.of(DeadLetter.ORIGINAL_MESSAGE_ID, "theirs", DeadLetter.REPLAYS, 2));
    assertThat(store.oldest(1).oldest().getFirst().replays()).isEqualTo(2);

    store.replay("ours");

    GetResponse replayed = host.take(INSTALLED_QUEUE).orElseThrow();
    assertThat(replayed.getProps().getMessageId()).isEqualTo("theirs");
    assertThat(replayed.getProps().getHeaders()).containsEntry("x-orchestrator-replays", 3);
  }

  @Test
  void replaysAllInTheirOrderButWhatCannotBe() {
    for (int i = 1; i <= 20; i++) {
      bury(EventKind.INSTALLED, "m-" + i, "body " + i, Map.of());
    }
    publish(
        DEAD_LETTERS, new BasicProperties.Builder().messageId("foreign").build(), "from nowhere");

    assertThat(store.replayAll()).isEqualTo(new Replayed(20, 1));

    for (int i = 1; i <= 20; i++) {
      assertThat(host.take(INSTALLED_QUEUE).orElseThrow().getBody())
          .asString(UTF_8)
          .isEqualTo("body " + i);
    }
    assertThat(ids()).containsExactly("foreign");
    assertThatThrownBy(() -> store.replay("foreign"))
        .isInstanceOf(DeadLetterException.class)
        .hasMessageContaining("which of the orchestrator's queues");
    assertThat(store.discard("foreign")).isTrue();
  }

  @Test
  void discardsOneOrAll() {
    for (int i = 1; i <= 5; i++) {
      bury(EventKind.INSTALLED, "m-" + i, "x", Map.of());
    }
    assertThat(store.discard("m-3")).isTrue();
    assertThat(store.discard("m-3")).isFalse();
    assertThat(ids()).containsExactly("m-1", "m-2", "m-4", "m-5");

    assertThat(store.discardAll()).isEqualTo(4);
    assertThat(ids()).isEmpty();
  }

  @Test
  void whatTheBrokerBuriedItselfHasIdsAndCanBeReplayedAndDiscarded() throws Exception {
    for (String body : List.of("one", "two", "three")) {
      publish(INSTALLED_QUEUE, new BasicProperties.Builder().build(), body);
      GetResponse got =
          await()
              .until(
                  () -> host.channel().basicGet(INSTALLED_QUEUE, false),
                  java.util.Objects::nonNull);
      host.channel().basicReject(got.getEnvelope().getDeliveryTag(), false);
    }
    await().until(() -> host.ready(DEAD_LETTERS) == 3);

    List<Summary> letters = store.oldest(10).oldest();
    assertThat(letters)
        .extracting(Summary::preview)
        .containsExactlyInAnyOrder("one", "two", "three");
    assertThat(letters)
        .extracting(Summary::id)
        .doesNotHaveDuplicates()
        .allMatch(id -> id.startsWith("m-"));
    assertThat(letters).extracting(Summary::reason).containsOnly("rejected");
    assertThat(letters).extracting(Summary::queue).containsOnly(INSTALLED_QUEUE);
    assertThat(letters).allMatch(letter -> letter.time().isPresent());
    assertThat(store.oldest(10).oldest()).as("the same at each look").isEqualTo(letters);

    assertThat(store.replay(idOf(letters, "two"))).isTrue();
    GetResponse replayed = host.take(INSTALLED_QUEUE).orElseThrow();
    assertThat(replayed.getBody()).asString(UTF_8).isEqualTo("two");
    assertThat(replayed.getProps().getHeaders())
        .containsOnlyKeys("x-orchestrator-replays", COUNTED);
    assertThat(store.discard(idOf(letters, "one"))).isTrue();
    assertThat(store.find(idOf(letters, "three")).orElseThrow().body().bytes())
        .asString(UTF_8)
        .isEqualTo("three");
    assertThat(host.ready(DEAD_LETTERS)).isEqualTo(1);
  }

  private static String idOf(List<Summary> letters, String preview) {
    return letters.stream()
        .filter(letter -> letter.preview().equals(preview))
        .findFirst()
        .orElseThrow()
        .id();
  }

  @Test
  void largeBodiesAreListedByTheirBeginning() {
    for (int i = 0; i < 6; i++) {
      bury(EventKind.INSTALLED, "m-" + i, random(12 * 1024 * 1024, i), Map.of());
    }
    byte[] whole = random(12 * 1024 * 1024, 7);
    bury(EventKind.INSTALLED, "whole", whole, Map.of());
    byte[] tooLarge = random(17 * 1024 * 1024, 8);
    publish(
        DEAD_LETTERS,
        new BasicProperties.Builder()
            .headers(Map.of("x-orchestrator-queue", INSTALLED_QUEUE))
            .build(),
        tooLarge);

    List<Summary> letters = store.oldest(100).oldest();
    assertThat(letters).hasSize(8).allMatch(letter -> letter.preview().length() < 200);
    assertThat(letters.get(6).size()).isEqualTo(whole.length);
    assertThat(letters.get(7).size()).isEqualTo(tooLarge.length);

    assertThat(Arrays.equals(store.find("whole").orElseThrow().body().bytes(), whole)).isTrue();
    String id = letters.get(7).id();
    assertThat(store.find(id).orElseThrow().whole()).isFalse();
    assertThatThrownBy(() -> store.replay(id))
        .hasMessageContaining("the message has 17825792 bytes");
    assertThat(store.discard(id)).isTrue();
    assertThat(store.replay("whole")).isTrue();
    assertThat(Arrays.equals(host.take(INSTALLED_QUEUE).orElseThrow().getBody(), whole)).isTrue();
  }

  @Test
  void headersThatCannotBeReadDoNotHideALetter() {
    Map<String, Object> table = Map.of("t", "");
    for (int i = 0; i < 40; i++) {
      table = Map.of("t", table);
    }
    publish(UNINSTALLED_QUEUE, new BasicProperties.Builder().build(), "good");
    publish(
        DEAD_LETTERS,
        new BasicProperties.Builder().headers(table).messageId("lost").build(),
        "bad");

    Summary letter = store.oldest(1).oldest().getFirst();
    assertThat(letter.reason()).isEqualTo("unreadable");
    assertThat(letter.preview()).isEqualTo("bad");
    assertThat(store.find(letter.id()).orElseThrow().headers()).isEmpty();
    assertThat(store.discard(letter.id())).isTrue();
  }

  @Test
  void replaysNothingWhileNoQueueTakesIt() {
    bury(EventKind.INSTALLED, "m-1", "x", Map.of());
    bury(EventKind.INSTALLED, "m-2", "y", Map.of());
    host.delete(INSTALLED_QUEUE);

    assertThatThrownBy(() -> store.replay("m-1"))
        .isInstanceOf(DeadLetterException.class)
        .hasMessageContaining("no queue takes it");
    assertThatThrownBy(() -> store.replayAll()).isInstanceOf(DeadLetterException.class);
    assertThat(ids()).containsExactly("m-1", "m-2");
  }

  @Test
  void aConnectionThatBreaksInTheMiddleLosesNothing() {
    for (int i = 0; i < 300; i++) {
      bury(EventKind.INSTALLED, "m-" + i, "body " + i, Map.of());
    }
    Future<Replayed> replaying = executor.submit(() -> store.replayAll());
    await().until(() -> host.ready(INSTALLED_QUEUE) > 20);
    host.door.shut();

    assertThatThrownBy(replaying::get).hasCauseInstanceOf(DeadLetterException.class);
    host.door.open();
    await().until(() -> store.oldest(1).total() + host.ready(INSTALLED_QUEUE) >= 300);
    List<String> left = store.oldest(1000).oldest().stream().map(Summary::preview).toList();
    var all = new ArrayList<>(left);
    for (var next = host.take(INSTALLED_QUEUE);
        next.isPresent();
        next = host.take(INSTALLED_QUEUE)) {
      all.add(new String(next.get().getBody(), UTF_8));
    }
    assertThat(all)
        .contains(IntStream.range(0, 300).mapToObj(i -> "body " + i).toArray(String[]::new));
    assertThat(all.size()).as("at most one is there twice").isLessThanOrEqualTo(301);
  }

  @Test
  void operatorsTakeTurns() throws Exception {
    for (int i = 0; i < 200; i++) {
      bury(EventKind.INSTALLED, "m-" + i, "x", Map.of());
    }
    List<Callable<Integer>> work = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      work.add(() -> store.oldest(500).total());
    }
    for (int i = 0; i < 4; i++) {
      String id = "m-" + (50 + i);
      work.add(() -> store.replay(id) ? 200 : 0);
      work.add(() -> store.discard("m-" + (100 + Integer.parseInt(id.substring(2)))) ? 200 : 0);
    }
    for (Future<Integer> each : executor.invokeAll(work)) {
      assertThat(each.get()).isBetween(192, 200);
    }
    assertThat(store.oldest(1).total()).isEqualTo(192);
    assertThat(host.ready(INSTALLED_QUEUE)).isEqualTo(4);
  }

  @Test
  void looksDoNotWearLettersOutEvenWhereTheQueueHasALimit() throws Exception {
    assertThat(host.queue(DEAD_LETTERS).getJsonObject("arguments").getInt("x-delivery-limit"))
        .isGreaterThan(1_000_000);
    host.delete(DEAD_LETTERS);
    host.channel()
        .queueDeclare(
            DEAD_LETTERS,
            true,
            false,
            false,
            Map.of("x-queue-type", "quorum", "x-delivery-limit", 20));
    host.channel().queueBind(DEAD_LETTERS, DEAD_LETTERS, DEAD_LETTERS);
    for (int i = 1; i <= 3; i++) {
      publish(
          DEAD_LETTERS,
          new BasicProperties.Builder().messageId("m-" + i).headers(Map.of("n", i)).build(),
          "x");
    }
    for (int look = 0; look < 50; look++) {
      assertThat(store.oldest(2).total()).as("look %d", look).isEqualTo(3);
    }
    assertThat(ids()).containsExactlyInAnyOrder("m-1", "m-2", "m-3");
    assertThat(store.find("m-1").orElseThrow().headers()).containsEntry("n", 1);
  }

  @Test
  void looksLoseNothingUnderAPolicyThatLimitsDeliveries() {
    host.limitDeliveries(1);
    List<String> all = IntStream.rangeClosed(1, 200).mapToObj(i -> "m-" + i).toList();
    all.forEach(id -> bury(EventKind.INSTALLED, id, "body of " + id, Map.of("n", id)));

    for (int look = 0; look < 6; look++) {
      assertThat(store.oldest(3).total()).as("look %d", look).isEqualTo(200);
      assertThat(store.find("m-7").orElseThrow().headers().get("n")).hasToString("m-7");
      assertThat(ids()).containsExactlyElementsOf(all);
    }
    assertThat(store.count()).hasValue(200);
    assertThat(store.discard("m-1")).isTrue();
    assertThat(store.replay("m-2")).isTrue();
    assertThat(host.take(INSTALLED_QUEUE).orElseThrow().getBody())
        .asString(UTF_8)
        .isEqualTo("body of m-2");
    assertThat(ids()).containsExactlyElementsOf(all.subList(2, 200));
  }

  @Test
  void countingTouchesNoLetter() throws Exception {
    for (int i = 0; i < 20; i++) {
      bury(EventKind.INSTALLED, "m-" + i, "x", Map.of());
    }
    for (int count = 0; count < 30; count++) {
      assertThat(store.count()).hasValue(20);
    }
    GetResponse letter = host.channel().basicGet(DEAD_LETTERS, false);
    assertThat(letter.getEnvelope().isRedeliver()).isFalse();
    host.channel().basicNack(letter.getEnvelope().getDeliveryTag(), false, true);
  }

  @Test
  void nobodyCountsWhatAVisitorHasInHand() throws Exception {
    bury(EventKind.INSTALLED, "m-1", "x", Map.of());
    try (var visit = DeadLetterSession.begin(connections(host.url()).open("visits"))) {
      assertThat(visit.next()).isPresent();
      assertThat(store.count()).isEmpty();
    }
    await().until(() -> store.count().equals(java.util.OptionalInt.of(1)));
  }

  @Test
  void saysWhatIsWrongWithoutThePassword() {
    host.door.shut();
    assertThatThrownBy(() -> store.oldest(1))
        .isInstanceOf(DeadLetterException.class)
        .hasMessageStartingWith("the dead letters at amqp://127.0.0.1:")
        .hasMessageContaining("cannot be reached")
        .message()
        .doesNotContain(Bench.environment("ORCHESTRATOR_TEST_RABBITMQ_PASSWORD"));
    host.door.open();
    host.delete(DEAD_LETTERS);
    assertThatThrownBy(() -> store.oldest(1))
        .hasMessageContaining("no queue 'orchestrator.dead-letter'");
  }

  private List<String> ids() {
    return store.oldest(1000).oldest().stream().map(Summary::id).toList();
  }

  private void bury(EventKind kind, String messageId, String body, Map<String, Object> headers) {
    bury(kind, messageId, body.getBytes(UTF_8), headers);
  }

  private void bury(EventKind kind, String messageId, byte[] body, Map<String, Object> headers) {
    var message =
        new Message(
            kind,
            BrokerNames.queue(kind),
            "appserver.events",
            kind.routingKey(),
            headers,
            Map.of("content_type", "application/json", Message.MESSAGE_ID, messageId),
            new Body(body));
    DeadLetter letter =
        DeadLetter.of(message, "image_not_found", "repository not found", 3, BURIED);
    host.publish(DEAD_LETTERS, kind.routingKey(), Deliveries.properties(letter), body);
  }

  private void publish(String queue, BasicProperties properties, String body) {
    publish(queue, properties, body.getBytes(UTF_8));
  }

  private void publish(String queue, BasicProperties properties, byte[] body) {
    host.publish("", queue, properties, body);
  }

  private static byte[] random(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
