package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Receives what a command answers bit by bit. Unlike docker-java's own callbacks it logs nothing:
 * whoever waits is told. It closes nothing either: the connection it comes by is closed by whoever
 * opened that.
 */
final class EngineStream<T> implements ResultCallback<T> {

  private final Consumer<T> each;
  private final Consumer<@Nullable Throwable> afterwards;
  private final CompletableFuture<Void> start = new CompletableFuture<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  EngineStream(Consumer<T> each) {
    this(each, thrown -> {});
  }

  /**
   * @param afterwards told once that the stream has ended, and by what if not well
   */
  EngineStream(Consumer<T> each, Consumer<@Nullable Throwable> afterwards) {
    this.each = each;
    this.afterwards = afterwards;
  }

  /** Waits for the engine's first answer; false if it did not come in time. */
  boolean awaitStart(Duration limit) throws NoAnswerException, InterruptedException {
    return await(start, limit);
  }

  /** Waits for the end; false if it did not come in time. */
  boolean awaitEnd(Duration limit) throws NoAnswerException, InterruptedException {
    return await(end, limit);
  }

  private static boolean await(CompletableFuture<Void> moment, Duration limit)
      throws NoAnswerException, InterruptedException {
    try {
      moment.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DockerException refusal) {
        throw refusal;
      }
      throw new NoAnswerException(EngineWords.of(e).text(), e.getCause());
    }
  }

  @Override
  public void onStart(Closeable stream) {
    start.complete(null);
  }

  @Override
  public void onNext(T item) {
    try {
      each.accept(item);
    } catch (RuntimeException | Error e) {
      onError(e); // else nobody would be told
    }
  }

  @Override
  public void onError(Throwable cause) {
    start.completeExceptionally(cause);
    if (end.completeExceptionally(cause)) {
      afterwards.accept(cause);
    }
  }

  /** Comes after {@link #onError} too. */
  @Override
  public void onComplete() {
    start.complete(null);
    if (end.complete(null)) {
      afterwards.accept(null);
    }
  }

  @Override
  public void close() {}
}
