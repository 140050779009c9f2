package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.appserver.orchestrator.intake.amqp.BoundedFrameHandler.Cut;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What a message's properties say, on its way to the client, of what did not come of it. */
final class CutMark {

  /** Not to be guessed, so that nobody can send it. */
  private static final String MARK = "cut-" + UUID.randomUUID();

  private static final String UNREADABLE = "headers-" + MARK + ";";
  private static final String WITHHELD = "withheld-" + MARK + ";";

  private CutMark() {}

  /** Of a message whose body was cut, and whose other properties came. */
  static BasicProperties addedTo(BasicProperties properties, long size) {
    Map<String, Object> sent = properties.getHeaders();
    var headers = sent == null ? new HashMap<String, Object>() : new HashMap<>(sent);
    headers.put(MARK, size);
    return properties.builder().headers(headers).build();
  }

  /** Of a message whose properties could not be read. */
  static BasicProperties unreadable(long size) {
    return ofType(UNREADABLE + size);
  }

  /** Of a message whose properties are larger than was asked for. */
  static BasicProperties withheld(long size) {
    return ofType(WITHHELD + size);
  }

  private static BasicProperties ofType(String contentType) {
    return new BasicProperties.Builder().contentType(contentType).build();
  }

  static Optional<Cut> read(BasicProperties properties) {
    String type = properties.getContentType();
    if (type != null && type.startsWith(UNREADABLE)) {
      return Optional.of(
          new Cut(Long.parseLong(type, UNREADABLE.length(), type.length(), 10), true, false));
    }
    if (type != null && type.startsWith(WITHHELD)) {
      return Optional.of(
          new Cut(Long.parseLong(type, WITHHELD.length(), type.length(), 10), false, true));
    }
    Map<String, Object> headers = properties.getHeaders();
    return headers != null && headers.get(MARK) instanceof Long size
        ? Optional.of(new Cut(size, false, false))
        : Optional.empty();
  }

  static BasicProperties removedFrom(BasicProperties properties) {
    Optional<Cut> cut = read(properties);
    if (cut.isEmpty()) {
      return properties;
    }
    if (cut.get().headersLost() || cut.get().headersWithheld()) {
      return new BasicProperties();
    }
    var headers = new HashMap<>(properties.getHeaders());
    headers.remove(MARK);
    return properties.builder().headers(headers).build();
  }
}
