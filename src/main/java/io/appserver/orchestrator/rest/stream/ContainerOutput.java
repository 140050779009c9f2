package io.appserver.orchestrator.rest.stream;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.engine.Redaction;
import io.appserver.orchestrator.convergence.operation.OperationRefusedException;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.failure.RecurringTask;
import io.appserver.orchestrator.rest.problem.Problems;
import io.appserver.orchestrator.rest.view.AppNameParam;
import io.appserver.orchestrator.rest.view.DeploymentOverview;
import io.appserver.orchestrator.rest.view.DeploymentView;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import io.appserver.orchestrator.runtime.LogLine;
import io.appserver.orchestrator.runtime.LogStart;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.Ownership;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What the containers of this node say, without the secrets that apps are given. */
@Singleton
public class ContainerOutput {

  private static final Logger LOG = Logger.getLogger(ContainerOutput.class.getName());

  /** Each takes a thread and a connection to the engine. */
  private static final int MOST_FOLLOWED = 32;

  /** That somebody went is seen by what cannot be sent; pages come and go, and places are few. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(3);

  private final DeploymentOverview overview;
  private final RuntimeView runtime;
  private final Redaction redaction;
  private final String prefix;
  private final Provider<Identity> identity;
  private final ExecutorService executor;
  private final ScheduledExecutorService scheduler;
  private final Semaphore free = new Semaphore(MOST_FOLLOWED);
  private final Set<Cancellation> followed = ConcurrentHashMap.newKeySet();

  @Inject
  ContainerOutput(
      DeploymentOverview overview,
      RuntimeView runtime,
      Settings settings,
      Provider<Identity> identity,
      ExecutorService executor,
      ScheduledExecutorService scheduler) {
    this.overview = overview;
    this.runtime = runtime;
    this.redaction = new Redaction(settings);
    this.prefix = settings.containers().namePrefix();
    this.identity = identity;
    this.executor = executor;
    this.scheduler = scheduler;
  }

  /** A line of it; {@code at} is the engine's time, as RFC 3339 has it. */
  public record Line(Instant at, String stream, String line) {}

  /** Why no more comes. */
  public record End(String reason) {}

  public String tail(AppName app, int lines) {
    return redaction.of(runtime.logs(container(app), lines));
  }

  /** Goes on until the container ends, or nobody listens any more. */
  public void follow(AppName app, LogStart start, SseConnection out) {
    ContainerId container = container(app);
    if (!free.tryAcquire()) {
      throw new ServiceUnavailableException(
          "%d logs are followed already; close one of them first".formatted(MOST_FOLLOWED),
          HEARTBEAT.toSeconds());
    }
    try {
      executor.execute(() -> {
        try (var connection = out) {
          try {
            follow(container, start, connection);
          } finally {
            free.release(); // closing takes long where nobody reads any more
          }
        }
      });
    } catch (RuntimeException e) {
      free.release();
      throw e;
    }
  }

  private void follow(ContainerId container, LogStart start, SseConnection connection) {
    var cancellation = new Cancellation();
    Future<?> heartbeat =
        new RecurringTask(
                "the sign of life of a log",
                () -> send(connection, connection.comment("alive"), cancellation))
            .every(scheduler, Duration.ZERO, HEARTBEAT);
    followed.add(cancellation);
    Optional<String> reason = Optional.empty();
    try {
      runtime.followLogs(
          container,
          start,
          line -> send(connection, event(connection, line), cancellation),
          cancellation);
      if (!cancellation.requested()) {
        reason = Optional.of("the container does not run any more");
      }
    } catch (CancelledException e) {
      LOG.log(Level.FINE, "no log is followed any more", e);
    } catch (RuntimeException e) {
      reason = Optional.of(Problems.of(e).detail());
    } finally {
      followed.remove(cancellation);
      heartbeat.cancel(false);
    }
    reason.ifPresent(why -> connection.send(connection.event("end", new End(why)).build()));
  }

  /** Without an end: who follows comes back, and finds another instance or the next run of this. */
  @PreDestroy
  void end() {
    followed.forEach(Cancellation::request);
  }

  /** Its id is what to come back with. */
  private OutboundSseEvent event(SseConnection connection, LogLine line) {
    String stream = line.error() ? "stderr" : "stdout";
    return connection
        .event("line", new Line(line.at(), stream, redaction.of(line.text())))
        .id(line.at().toString())
        .build();
  }

  private static void send(
      SseConnection connection, OutboundSseEvent event, Cancellation cancellation) {
    connection.send(event);
    if (connection.isGone()) {
      cancellation.request();
    }
  }

  private ContainerId container(AppName app) {
    DeploymentView row = overview.find(app).orElseThrow(() -> AppNameParam.unknown(app));
    String here = identity.get().node();
    Optional<String> elsewhere = row.node().filter(node -> !node.equals(here));
    if (elsewhere.isPresent()) {
      throw new OperationRefusedException(
          "%s is on node %s; ask the orchestrator there, this one is on node %s"
              .formatted(app, elsewhere.get(), here));
    }
    var ownership = new Ownership(identity.get().installation(), prefix);
    return row.container()
        .map(ContainerId::new)
        .flatMap(runtime::inspect)
        .filter(container -> ownership.ownsRecorded(app, container))
        .map(ObservedContainer::id)
        .orElseThrow(() ->
            new OperationRefusedException(
                "%s has no container now; what the last one said stands in its timeline"
                    .formatted(app)));
  }
}
