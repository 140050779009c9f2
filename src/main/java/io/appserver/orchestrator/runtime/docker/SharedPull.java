package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.PullResponseItem;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.PullProgress;
import io.appserver.orchestrator.runtime.docker.DockerConnection.Use;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One pull and those who wait for it. Its connection is its own: closing that makes the engine give
 * the pull up. The counting of who waits is guarded by the coordinator.
 */
final class SharedPull {

  private static final Logger LOG = Logger.getLogger(SharedPull.class.getName());

  /** Whoever reads the log sees that a long pull goes on. */
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(1);

  private static final double MEBIBYTE = 1024.0 * 1024.0;

  private final ImageReference reference;
  private final Instant startedAt;
  private final EngineCalls calls;
  private final Deadline deadline;
  private final LayerProgress layers = new LayerProgress();
  private final CompletableFuture<Void> result = new CompletableFuture<>();
  private Deadline nextLine = Deadline.in(Duration.ofMillis(100));
  private int waiting;
  private volatile DockerConnection.@Nullable Link link;

  SharedPull(ImageReference reference, Instant startedAt, EngineCalls calls, Duration limit) {
    this.reference = reference;
    this.startedAt = startedAt;
    this.calls = calls;
    this.deadline = Deadline.in(limit);
  }

  ImageReference reference() {
    return reference;
  }

  PullProgress progress() {
    return new PullProgress(reference, startedAt, layers.layers());
  }

  /** One more waits; false if it is too late for that. */
  boolean join() {
    if (result.isDone()) {
      return false;
    }
    waiting++;
    return true;
  }

  /** One fewer waits; true if it was the last. */
  boolean leave() {
    waiting--;
    return waiting == 0;
  }

  /** Sends the request; whatever comes of it, those who wait are told. */
  void begin(Function<DockerClient, PullImageCmd> command) {
    try {
      var opened =
          calls.openPinged(Use.PULLS, "pull image " + reference, calls.deadlines().reading());
      link = opened;
      var stream = new EngineStream<PullResponseItem>(this::take, this::end);
      command.apply(opened.client()).exec(stream);
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
    }
  }

  private void take(PullResponseItem item) {
    if (item.isErrorIndicated()) {
      result.completeExceptionally(
          PullFailures.of(
              reference, PullFailures.WITHIN_ANSWER, EngineWords.of(errorOf(item)), null));
    } else {
      layers.add(item);
      tellProgress();
    }
  }

  /** From the one thread that reads the engine's answer. */
  private void tellProgress() {
    if (nextLine.left().isPositive()) {
      return;
    }
    nextLine = Deadline.in(BETWEEN_LINES);
    PullProgress now = progress();
    if (now.totalBytes() > 0) {
      LOG.info(() ->
          "app_name=%s pulling %s: %.1f of %.1f MiB"
              .formatted(
                  reference.repository(),
                  reference,
                  now.currentBytes() / MEBIBYTE,
                  now.totalBytes() / MEBIBYTE));
    }
  }

  /** Engines give it twice; the older field is the one that docker-java deprecates. */
  private static @Nullable String errorOf(PullResponseItem item) {
    var detail = item.getErrorDetail();
    return detail == null ? null : detail.getMessage();
  }

  private void end(@Nullable Throwable thrown) {
    try {
      conclude(thrown);
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e); // else it would last until nothing came for too long
    }
  }

  private void conclude(@Nullable Throwable thrown) {
    if (thrown instanceof DockerException refusal) {
      result.completeExceptionally(
          PullFailures.of(reference, refusal.getHttpStatus(), EngineWords.of(refusal), refusal));
    } else if (thrown instanceof Error fault) {
      result.completeExceptionally(fault);
    } else if (thrown != null) {
      result.completeExceptionally(
          DockerFailures.unreachable(
              calls.address(), "pull image " + reference, EngineWords.of(thrown), thrown));
    } else if (layers.complete()) {
      result.complete(null);
    } else {
      result.completeExceptionally(PullFailures.brokenOff(reference));
    }
  }

  /** Waits for the end of the pull, of the operator's patience, or of this waiter's. */
  void await(Cancellation cancellation) {
    var mine = result.copy();
    var registration =
        cancellation.onRequest(() ->
            mine.completeExceptionally(new CancelledException("cancelled: pull of " + reference)));
    try {
      while (!mine.isDone()) {
        awaitNews(mine);
      }
      mine.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted: pull of " + reference);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error fault) {
        throw fault;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      registration.close();
    }
  }

  private void awaitNews(CompletableFuture<Void> mine) throws InterruptedException {
    Duration silence = calls.deadlines().silence();
    Duration untilSilent = Deadline.after(layers.lastNews(), silence).left();
    Duration next = deadline.left().compareTo(untilSilent) < 0 ? deadline.left() : untilSilent;
    try {
      mine.get(next.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (deadline.passed()) {
        result.completeExceptionally(PullFailures.tookTooLong(reference, deadline.limit()));
      } else if (Deadline.after(layers.lastNews(), silence).passed()) {
        result.completeExceptionally(PullFailures.stalled(reference, silence, layers.begun()));
      }
    } catch (ExecutionException e) {
      return; // told by whoever asks for the result
    }
  }

  /** Ends the connection, and with it the pull if it goes on. */
  void close() {
    var opened = link;
    if (opened != null) {
      opened.close();
    }
  }
}
