package io.appserver.orchestrator.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** W3C Trace Context, between spans and the text that carries them on. */
final class TraceContext {

  private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

  private static final String TRACEPARENT = "traceparent";

  /** Headers are texts in one of the broker's client's own types. */
  private static final TextMapGetter<Map<String, ?>> GETTER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, ?> carrier) {
          return carrier.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, ?> carrier, String key) {
          Object value = carrier == null ? null : carrier.get(key);
          return value == null ? null : value.toString();
        }
      };

  private TraceContext() {}

  /** What the headers say; the root where they say nothing, or nothing valid. */
  static Context of(Map<String, ?> headers) {
    return W3C.extract(Context.root(), headers, GETTER);
  }

  static Context of(String traceparent) {
    return of(Map.of(TRACEPARENT, traceparent));
  }

  static Optional<String> traceparent(Span span) {
    var carrier = new HashMap<String, String>();
    W3C.inject(
        Context.root().with(span), carrier, (ignored, key, value) -> carrier.put(key, value));
    return Optional.ofNullable(carrier.get(TRACEPARENT));
  }
}
