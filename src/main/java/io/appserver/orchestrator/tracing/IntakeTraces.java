package io.appserver.orchestrator.tracing;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.intake.event.IntakeObserver;
import io.appserver.orchestrator.intake.event.IntakeSpan;
import io.appserver.orchestrator.intake.event.Message;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** A span for each event that is taken, in the sender's trace where the message names one. */
@Singleton
class IntakeTraces implements IntakeObserver {

  /** There only where the server has MicroProfile Telemetry. */
  private final Optional<Tracer> tracer;

  @Inject
  IntakeTraces(Instance<Tracer> tracers) {
    this.tracer = tracers.stream().findFirst();
  }

  @Override
  public IntakeSpan taking(Message message) {
    if (tracer.isEmpty()) {
      return IntakeSpan.UNWATCHED;
    }
    Span span =
        tracer
            .get()
            .spanBuilder("take event")
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(TraceContext.of(message.headers()))
            .setAttribute("messaging.system", "rabbitmq")
            .setAttribute("messaging.destination.name", message.queue())
            .setAttribute("messaging.rabbitmq.destination.routing_key", message.routingKey())
            .startSpan();
    return new IntakeSpan() {
      @Override
      public Optional<String> traceparent() {
        return TraceContext.traceparent(span);
      }

      @Override
      public void ended(Optional<AppName> app, String outcome) {
        app.ifPresent(name -> span.setAttribute(StepTraces.APP, name.value()));
        span.setAttribute(StepTraces.OUTCOME, outcome);
        if (!outcome.equals(TAKEN)) {
          span.setStatus(StatusCode.ERROR);
        }
        span.end();
      }
    };
  }
}
