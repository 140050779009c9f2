package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.Broker;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.TraceSink;
import io.appserver.orchestrator.e2e.support.TraceSink.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a collector of traces gets. */
@EndToEnd
class TracesE2E {

  private static final String SENDERS_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SENDERS_SPAN = "00f067aa0ba902b7";

  private final Platform platform;

  TracesE2E(Platform platform) {
    this.platform = platform;
  }

  @Test
  void oneTraceReachesFromTheEventToTheAppsHealth() throws IOException {
    try (var sink = TraceSink.start();
        var traced = Platform.start("traced", sink.settings(true))) {
      App app = traced.app("todos", "web");
      traced.appServer().markInstalled(app);
      traced
          .broker()
          .publish(
              Broker.EVENTS,
              "app.installed",
              app.event().getBytes(StandardCharsets.UTF_8),
              Map.of("traceparent", "00-%s-%s-01".formatted(SENDERS_TRACE, SENDERS_SPAN)));
      traced.awaitState(app, "healthy");
      traced.await(app, "is traced", () -> assertTraceOfTheInstall(sink, app));

      // The sender of this one says nothing of a trace.
      traced.appServer().uninstall(app);
      traced.awaitState(app, "stopped");
      traced.await(
          app,
          "has a trace of its own",
          () -> {
            Span look = only(of(sink, app, "look"), "outcome", "gone");
            Span taken =
                only(
                    of(sink, app, "take event"),
                    "messaging.rabbitmq.destination.routing_key",
                    "app.uninstalled");
            assertThat(look.parent()).isEqualTo(taken.id());
            assertThat(look.trace()).isEqualTo(taken.trace()).isNotEqualTo(SENDERS_TRACE);
            assertThat(taken.parent()).isEmpty();
          });

      App missing = traced.appServer().register("missing");
      traced.appServer().install(missing);
      traced.awaitState(missing, "failed");
      traced.await(
          missing,
          "has its failure traced",
          () -> {
            Span look = only(of(sink, missing, "look"), "outcome", "failed");
            Span pull = only(of(sink, missing, "pull"), "failure.code", "image_not_found");
            assertThat(look.attributes()).containsEntry("failure.code", "image_not_found");
            assertThat(look.failed()).isTrue();
            assertThat(pull.failed()).isTrue();
            assertThat(pull.parent()).isEqualTo(look.id());
          });
      assertThat(sink.requests()).containsOnly("/v1/traces");
    }
  }

  private static void assertTraceOfTheInstall(TraceSink sink, App app) {
    Span taken = only(of(sink, app, "take event"), "outcome", "taken");
    Span look = only(of(sink, app, "look"), "outcome", "running");
    assertThat(taken.parent()).isEqualTo(SENDERS_SPAN);
    assertThat(look.parent()).isEqualTo(taken.id());
    String container =
        only(of(sink, app, "create"), "outcome", "succeeded").attributes().get("container.id");
    assertThat(container).hasSize(64);
    for (String step : List.of("pull", "create", "start", "health")) {
      Span span = only(of(sink, app, step), "outcome", "succeeded");
      assertThat(span.parent()).as(step).isEqualTo(look.id());
      if (step.equals("pull")) {
        assertThat(span.attributes().get("image")).contains(app.name() + ":latest");
      } else {
        assertThat(span.attributes()).containsEntry("container.id", container);
      }
    }
    assertThat(sink.spans())
        .filteredOn(span -> app.name().equals(span.attributes().get("app.name")))
        .extracting(Span::trace)
        .containsOnly(SENDERS_TRACE);
  }

  @Test
  void nothingThatCouldSendIsLoadedUnlessAskedFor() {
    assertThat(platform.server().settings().keySet()).noneMatch(name -> name.startsWith("OTEL_"));
    assertThat(platform.server().console())
        .filteredOn(line -> line.contains("CWWKF0012I")) // the server's features
        .hasSize(1)
        .noneMatch(line -> line.contains("mpTelemetry"));
    assertThat(platform.server().console()).noneMatch(line -> line.contains("CWWKG00"));
  }

  private static List<Span> of(TraceSink sink, App app, String name) {
    return sink.spans().stream()
        .filter(span -> span.name().equals(name))
        .filter(span -> app.name().equals(span.attributes().get("app.name")))
        .toList();
  }

  private static Span only(List<Span> spans, String attribute, String value) {
    List<Span> found =
        spans.stream().filter(span -> value.equals(span.attributes().get(attribute))).toList();
    assertThat(found).as("%s=%s among %s", attribute, value, spans).hasSize(1);
    return found.getFirst();
  }
}
