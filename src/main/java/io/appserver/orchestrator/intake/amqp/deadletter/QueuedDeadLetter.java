package io.appserver.orchestrator.intake.amqp.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.appserver.orchestrator.intake.amqp.BoundedFrameHandler;
import io.appserver.orchestrator.intake.amqp.Deliveries;
import io.appserver.orchestrator.intake.deadletter.DeadLetter;
import io.appserver.orchestrator.intake.deadletter.StoredDeadLetter;
import io.appserver.orchestrator.intake.event.Body;
import io.appserver.orchestrator.intake.event.BrokerNames;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.Message;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A dead letter as it was taken out of its queue, buried by us or by the broker itself. */
final class QueuedDeadLetter {

  /** What can be typed, and is not mistaken for an option. */
  private static final Pattern USABLE_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:@/+=-]{0,127}");

  private static final int LONGEST_PREVIEW = 160;
  private static final int LONGEST_WORDS = 500;

  private static final String DELIVERY_COUNT = "x-delivery-count";
  private static final String BROKERS_BURIAL = "x-death";

  private final GetResponse response;
  private final BasicProperties properties;
  private final Optional<BoundedFrameHandler.Cut> cut;
  private final Map<String, Object> headers;
  private final Map<?, ?> burial;

  QueuedDeadLetter(GetResponse response) {
    this.response = response;
    this.cut = BoundedFrameHandler.cut(response.getProps());
    this.properties = BoundedFrameHandler.unmarked(response.getProps());
    Map<String, Object> sent = properties.getHeaders();
    this.headers = sent == null ? Map.of() : sent;
    this.burial =
        headers.get(BROKERS_BURIAL) instanceof List<?> all
                && !all.isEmpty()
                && all.getFirst() instanceof Map<?, ?> last
            ? last
            : Map.of();
  }

  long tag() {
    return response.getEnvelope().getDeliveryTag();
  }

  byte[] body() {
    return response.getBody();
  }

  long size() {
    return cut.map(BoundedFrameHandler.Cut::size).orElse((long) body().length);
  }

  /** Whether the whole body is there. */
  boolean whole() {
    return size() == body().length;
  }

  /**
   * The message id; where there is none, the same for the same message at each look, as long as it
   * is not buried anew.
   */
  String id() {
    String given = properties.getMessageId();
    if (given != null && USABLE_ID.matcher(given).matches()) {
      return given;
    }
    MessageDigest digest = sha256();
    digest.update(Arrays.copyOf(body(), Math.min(body().length, BoundedFrameHandler.LEFT_OF_CUT)));
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, size()));
    digest.update((queue() + ' ' + time()).getBytes(UTF_8));
    return "m-" + HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  StoredDeadLetter message() {
    return new StoredDeadLetter(
        summary(), headers, Deliveries.kept(properties), new Body(response.getBody()));
  }

  StoredDeadLetter.Summary summary() {
    return new StoredDeadLetter.Summary(
        id(),
        time(),
        text(DeadLetter.REASON)
            .or(() -> of(burial, "reason"))
            .orElse(cut.isPresent() && cut.get().headersLost() ? "unreadable" : "unknown"),
        text(DeadLetter.MESSAGE).orElseGet(this::brokersWords),
        queue(),
        text(DeadLetter.ATTEMPTS).or(() -> of(burial, "count")).orElse(""),
        replays(),
        size(),
        printable(
            new String(body(), 0, Math.min(body().length, 4 * LONGEST_PREVIEW), UTF_8),
            LONGEST_PREVIEW));
  }

  private String brokersWords() {
    if (cut.isPresent() && cut.get().headersLost()) {
      return "its headers cannot be read; a replay goes without them";
    }
    return burial.isEmpty()
        ? "it does not say why it is here"
        : "the broker moved it here by itself";
  }

  private Optional<Instant> time() {
    Optional<Instant> ours = text(DeadLetter.TIME).flatMap(QueuedDeadLetter::instant);
    return ours.or(() ->
        burial.get("time") instanceof Date date ? Optional.of(date.toInstant()) : Optional.empty());
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private String queue() {
    return text(DeadLetter.QUEUE).or(() -> of(burial, "queue")).orElse("");
  }

  private int replays() {
    return headers.get(DeadLetter.REPLAYS) instanceof Number count ? count.intValue() : 0;
  }

  /** Which of our queues it came through; empty if it was none of them. */
  Optional<EventKind> kind() {
    List<String> marks =
        Stream.of(
                Optional.of(queue()),
                text(DeadLetter.ROUTING_KEY),
                Optional.of(response.getEnvelope().getRoutingKey()))
            .flatMap(Optional::stream)
            .toList();
    return marks.stream()
        .flatMap(mark ->
            Arrays.stream(EventKind.values())
                .filter(
                    kind -> mark.equals(BrokerNames.queue(kind)) || mark.equals(kind.routingKey())))
        .findFirst();
  }

  /**
   * With which it goes back: as it was sent, but for what tells of its burial, for what would send
   * copies to other queues ({@code CC}, {@code BCC}), and for what {@link
   * Deliveries#properties(DeadLetter)} leaves out.
   */
  BasicProperties replayed() {
    Map<String, String> kept = new HashMap<>(Deliveries.kept(properties));
    text(DeadLetter.ORIGINAL_MESSAGE_ID).ifPresent(id -> kept.put(Message.MESSAGE_ID, id));
    Map<String, Object> sent = new HashMap<>(headers);
    sent.keySet().removeIf(QueuedDeadLetter::tellsOfBurial);
    sent.put(DeadLetter.REPLAYS, replays() + 1);
    return Deliveries.properties(sent, kept);
  }

  private static boolean tellsOfBurial(String header) {
    return header.startsWith(DeadLetter.PREFIX)
        || header.equals(BROKERS_BURIAL)
        || header.startsWith("x-first-death-")
        || header.startsWith("x-last-death-")
        || header.equals(DELIVERY_COUNT)
        || header.equals("CC")
        || header.equals("BCC");
  }

  /** Whether the broker counts that it was delivered before, and may drop it for that one day. */
  boolean counted() {
    return headers.get(DELIVERY_COUNT) instanceof Number count && count.longValue() > 0;
  }

  /** Whether a copy of it would be the same. */
  boolean canBeCopied() {
    return cut.isEmpty();
  }

  /** With which a copy takes its place. */
  BasicProperties renewed() {
    Map<String, Object> sent = new HashMap<>(headers);
    sent.remove(DELIVERY_COUNT);
    return Deliveries.properties(sent, Deliveries.kept(properties));
  }

  private Optional<String> text(String header) {
    return of(headers, header);
  }

  private static Optional<String> of(Map<?, ?> values, String key) {
    return Optional.ofNullable(values.get(key))
        .map(Object::toString)
        .map(text -> printable(text, LONGEST_WORDS))
        .filter(text -> !text.isBlank());
  }

  /** On one line, without what could command a terminal, at most that long. */
  static String printable(String text, int longest) {
    String line =
        text.codePoints()
            .limit(longest)
            .map(c ->
                Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString()
            .strip();
    return text.codePointCount(0, text.length()) > longest ? line + "…" : line;
  }
}
