package io.appserver.orchestrator.tracing;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.record.ConvergenceObserver;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Stage;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.intake.store.IntakeStore;
import io.appserver.orchestrator.runtime.CancelledException;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A span for each step. A look goes on with the trace of the app's newest open event, and is linked
 * to those of the others; without any it begins a trace of its own.
 */
@Singleton
class StepTraces implements ConvergenceObserver {

  static final String APP = "app.name";
  static final String OUTCOME = "outcome";

  private static final String FAILURE_CODE = "failure.code";

  private static final Logger LOG = Logger.getLogger(StepTraces.class.getName());

  /** There only where the server has MicroProfile Telemetry. */
  private final Optional<Tracer> tracer;

  private final IntakeStore intake;

  @Inject
  StepTraces(Instance<Tracer> tracers, IntakeStore intake) {
    this.tracer = tracers.stream().findFirst();
    this.intake = intake;
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // closed at the step's end
  public Stage.End began(Stage stage) {
    if (tracer.isEmpty()) {
      return Stage.End.UNWATCHED;
    }
    SpanBuilder builder = tracer.get().spanBuilder(stage.kind().word());
    if (stage.kind() == Stage.Kind.LOOK) {
      continueEvents(builder, stage.app());
    }
    Span span = builder.setAttribute(APP, stage.app().value()).startSpan();
    Scope scope = span.makeCurrent();
    return thrown -> {
      scope.close();
      stage.notes().forEach(span::setAttribute);
      if (thrown.isPresent()) {
        say(span, thrown.get());
      } else if (stage.kind() != Stage.Kind.LOOK) {
        span.setAttribute(OUTCOME, "succeeded");
      }
      span.end();
    };
  }

  private void continueEvents(SpanBuilder look, AppName app) {
    List<Context> events = traces(app).stream().map(TraceContext::of).toList();
    look.setParent(events.isEmpty() ? Context.root() : events.getFirst());
    events.stream()
        .skip(1)
        .forEach(event -> look.addLink(Span.fromContext(event).getSpanContext()));
  }

  private List<String> traces(AppName app) {
    try {
      return intake.traceparents(app);
    } catch (RuntimeException e) {
      LOG.log(Level.FINE, e, () -> "app_name=%s is looked at in a trace of its own".formatted(app));
      return List.of();
    }
  }

  /** Told within the look's span. */
  @Override
  public void looked(AppName app, Duration took, Look.Result result) {
    Span look = Span.current();
    switch (result) {
      case Look.Result.Running() -> look.setAttribute(OUTCOME, "running");
      case Look.Result.Gone() -> look.setAttribute(OUTCOME, "gone");
      case Look.Result.Waiting(var reason) ->
          look.setAttribute(OUTCOME, "waiting").setAttribute(FAILURE_CODE, reason.code().code());
      case Look.Result.Failed(var reason) -> {
        look.setAttribute(OUTCOME, "failed");
        say(look, reason);
      }
    }
  }

  private static void say(Span span, RuntimeException thrown) {
    switch (thrown) {
      case CancelledException e -> span.setAttribute(OUTCOME, "cancelled");
      case DeploymentException e -> {
        span.setAttribute(OUTCOME, "failed");
        say(span, e.failure());
      }
      default -> {
        span.setAttribute(OUTCOME, "broken off");
        span.setStatus(StatusCode.ERROR, thrown.getClass().getSimpleName());
      }
    }
  }

  private static void say(Span span, Failure failure) {
    span.setAttribute(FAILURE_CODE, failure.code().code());
    span.setStatus(StatusCode.ERROR, failure.message());
  }
}
