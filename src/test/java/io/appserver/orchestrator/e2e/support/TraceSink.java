package io.appserver.orchestrator.e2e.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes traces as a collector does, by OTLP over HTTP, and keeps what tests ask for. */
public final class TraceSink implements AutoCloseable {

  private final HttpServer server;
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  /**
   * A span; ids in hexadecimal digits.
   *
   * @param parent empty for the first of a trace
   * @param attributes those that are texts
   * @param failed whether its status is an error
   */
  public record Span(
      String trace,
      String id,
      String parent,
      String name,
      Map<String, String> attributes,
      List<String> linkedTraces,
      boolean failed) {}

  private TraceSink(HttpServer server) {
    this.server = server;
  }

  public static TraceSink start() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var sink = new TraceSink(server);
    server.createContext("/", sink::take);
    server.start();
    return sink;
  }

  /** A server's settings for sending its traces here, or for sending nothing although it could. */
  public Map<String, String> settings(boolean on) {
    return Map.of(
        "OTEL_SDK_DISABLED", Boolean.toString(!on),
        "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort(),
        "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
        "OTEL_BSP_SCHEDULE_DELAY", "200",
        "OTEL_METRICS_EXPORTER", "none",
        "OTEL_LOGS_EXPORTER", "none");
  }

  /** All that came. */
  public List<Span> spans() {
    return List.copyOf(spans);
  }

  /** The paths of all requests. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      requests.add(exchange.getRequestURI().getPath());
      if (exchange.getRequestURI().getPath().equals("/v1/traces")) {
        spans.addAll(spans(body));
      }
      exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  /** The numbers are those of the fields in OpenTelemetry's trace.proto. */
  private static List<Span> spans(byte[] request) {
    var spans = new ArrayList<Span>();
    for (byte[] resource : Fields.of(request).messages(1)) {
      for (byte[] scope : Fields.of(resource).messages(2)) {
        for (byte[] span : Fields.of(scope).messages(2)) {
          spans.add(span(Fields.of(span)));
        }
      }
    }
    return spans;
  }

  private static Span span(Fields span) {
    var attributes = new TreeMap<String, String>();
    for (byte[] attribute : span.messages(9)) {
      Fields pair = Fields.of(attribute);
      attributes.put(pair.text(1), Fields.of(pair.messages(2).getFirst()).text(1));
    }
    return new Span(
        span.hex(1),
        span.hex(2),
        span.hex(4),
        span.text(5),
        attributes,
        span.messages(13).stream().map(link -> Fields.of(link).hex(1)).toList(),
        span.messages(15).stream().anyMatch(status -> Fields.of(status).number(3) == 2));
  }

  /** The fields of a message in the protocol buffers' encoding, by their numbers. */
  private record Fields(Map<Integer, List<byte[]>> bytes, Map<Integer, Long> numbers) {

    static Fields of(byte[] message) {
      var fields = new Fields(new TreeMap<>(), new TreeMap<>());
      ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
      while (in.hasRemaining()) {
        long tag = varint(in);
        int field = (int) (tag >>> 3);
        switch ((int) (tag & 7)) {
          case 0 -> fields.numbers.put(field, varint(in));
          case 1 -> fields.numbers.put(field, in.getLong());
          case 2 -> {
            var value = new byte[(int) varint(in)];
            in.get(value);
            fields.bytes.computeIfAbsent(field, f -> new ArrayList<>()).add(value);
          }
          case 5 -> fields.numbers.put(field, (long) in.getInt());
          default -> throw new IllegalArgumentException("wire type of tag " + tag);
        }
      }
      return fields;
    }

    private static long varint(ByteBuffer in) {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = in.get();
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    List<byte[]> messages(int field) {
      return bytes.getOrDefault(field, List.of());
    }

    String text(int field) {
      return messages(field).isEmpty()
          ? ""
          : new String(messages(field).getFirst(), StandardCharsets.UTF_8);
    }

    String hex(int field) {
      return messages(field).isEmpty() ? "" : HexFormat.of().formatHex(messages(field).getFirst());
    }

    long number(int field) {
      return numbers.getOrDefault(field, 0L);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
