package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.AsyncDockerCmd;
import com.github.dockerjava.api.exception.DockerException;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.CancelledException;
import io.appserver.orchestrator.runtime.SendGuard;
import io.appserver.orchestrator.runtime.docker.DockerConnection.Use;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the engine, each with a deadline. What the engine answers goes to the caller, refusals
 * ({@link DockerException}) included; that it does not answer is told here.
 *
 * <p>A change is sent on a connection on which the engine has answered within the last second, if
 * need be a ping: an engine that is gone or hangs is found out before the request is sent, so that
 * a request which was sent and got no answer is a rare thing.
 */
final class EngineCalls implements AutoCloseable {

  /** One request, or a few that belong together. */
  @FunctionalInterface
  interface Call<T extends @Nullable Object> {
    T on(DockerClient client);
  }

  private final DockerConnection connection;
  private final ExecutorService threads;
  private final EngineDeadlines deadlines;

  /** When the engine answered last, on whatever connection, by the monotonic clock. */
  private volatile @Nullable Long answeredNanos;

  /**
   * @param threads one is taken for the time of each call; never the ones that make the calls, if
   *     these are few
   */
  EngineCalls(DockerConnection connection, ExecutorService threads, EngineDeadlines deadlines) {
    this.connection = connection;
    this.threads = threads;
    this.deadlines = deadlines;
  }

  EngineDeadlines deadlines() {
    return deadlines;
  }

  String address() {
    return connection.address();
  }

  /**
   * Asks. A connection that the engine closed since it last served is replaced by another.
   *
   * @param what the call in words, such as {@code inspect container 1f2e}
   */
  <T extends @Nullable Object> T read(String what, Call<T> call) {
    return read(Use.CALLS, what, call);
  }

  /** Asks for a sign of life, on a place that nothing else can take. */
  void ping() {
    read(Use.PINGS, "ping", client -> client.pingCmd().exec());
  }

  /** The time for the answer begins when there is a place to ask from. */
  private <T extends @Nullable Object> T read(Use use, String what, Call<T> call) {
    Deadline deadline = null;
    while (true) {
      try (var link = connection.borrow(use, deadlines.reading())) {
        if (deadline == null) {
          deadline = Deadline.in(deadlines.reading());
        }
        try {
          return keptAfter(link, answer(link, deadline, call));
        } catch (DockerException e) {
          throw keptAfter(link, e);
        } catch (NoAnswerException e) {
          if (!link.servedBefore() || deadline.passed()) {
            throw e;
          }
        }
      } catch (NoAnswerException e) {
        throw DockerFailures.unreachable(address(), what, EngineWords.of(e.how()), e);
      } catch (InterruptedException e) {
        throw interrupted(what);
      }
    }
  }

  /**
   * Makes a change, if the caller still may when the engine has shown that it answers.
   *
   * @param limit for the answer; the ping before it does not count
   * @throws io.appserver.orchestrator.failure.UnansweredCallException if the request was sent and
   *     no answer came
   */
  <T extends @Nullable Object> T change(String what, Duration limit, Call<T> call) {
    try (var link = answering(what)) {
      SendGuard.pass();
      return keptAfter(link, answer(link, Deadline.in(limit), call));
    } catch (DockerException e) {
      throw DockerFailures.gatewayGaveUp(e)
          ? DockerFailures.unanswered(address(), what, EngineWords.of(e), e)
          : e;
    } catch (NoAnswerException e) {
      var how = EngineWords.of(e.how());
      throw e.mayHaveBeenSent()
          ? DockerFailures.unanswered(address(), what, how, e)
          : DockerFailures.unreachable(address(), what, how, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw DockerFailures.unanswered(address(), what, new EngineWords("interrupted meanwhile"), e);
    }
  }

  /**
   * Runs a command that answers bit by bit, until it ends or the time is over.
   *
   * @param link where the engine has just answered
   * @return whether it ended by itself
   */
  <T> boolean stream(
      DockerConnection.Link link,
      String what,
      Duration limit,
      Function<DockerClient, AsyncDockerCmd<?, T>> command,
      Consumer<T> each) {
    var deadline = Deadline.in(limit);
    var stream = new EngineStream<T>(each);
    try {
      command.apply(link.client()).exec(stream);
      if (!stream.awaitStart(deadlines.reading())) {
        throw DockerFailures.unreachable(
            address(), what, EngineWords.of(late(deadlines.reading())), null);
      }
      return stream.awaitEnd(deadline.left());
    } catch (NoAnswerException e) {
      throw DockerFailures.unreachable(address(), what, EngineWords.of(e.how()), e);
    } catch (InterruptedException e) {
      throw interrupted(what);
    }
  }

  /**
   * A new connection to an engine that has answered within the last second, if need be a ping on
   * it; the caller closes it.
   *
   * @param patience for a place; the time for the ping comes after it
   */
  DockerConnection.Link openPinged(Use use, String what, Duration patience) {
    var link = open(use, what, patience);
    return hasAnsweredJustNow() ? link : pinged(link, what);
  }

  private boolean hasAnsweredJustNow() {
    Long last = answeredNanos;
    return last != null && System.nanoTime() - last < DockerConnection.JUST_NOW.toNanos();
  }

  private DockerConnection.Link pinged(DockerConnection.Link link, String what) {
    try {
      answer(link, Deadline.in(deadlines.reading()), client -> client.pingCmd().exec());
      return link;
    } catch (DockerException e) {
      link.close();
      throw DockerFailures.unreachable(address(), what, EngineWords.of(e), e);
    } catch (NoAnswerException e) {
      link.close();
      throw DockerFailures.unreachable(address(), what, EngineWords.of(e.how()), e);
    } catch (InterruptedException e) {
      link.close();
      throw interrupted(what);
    } catch (RuntimeException e) {
      link.close();
      throw e;
    }
  }

  /** A connection on which the engine has answered just now. */
  private DockerConnection.Link answering(String what) {
    Deadline deadline = Deadline.in(deadlines.reading());
    DockerConnection.Link used;
    try {
      used = connection.borrow(Use.CHANGES, deadlines.reading());
    } catch (NoAnswerException e) {
      throw DockerFailures.unreachable(address(), what, EngineWords.of(e.how()), e);
    } catch (InterruptedException e) {
      throw interrupted(what);
    }
    if (used.servedJustNow()) {
      return used;
    }
    try {
      return pinged(used, what);
    } catch (DeploymentException e) {
      if (!used.servedBefore() || deadline.passed()) {
        throw e;
      }
      return pinged(open(Use.CHANGES, what, deadline.left()), what); // it had closed the old one
    }
  }

  /** As {@link #openPinged}, without a ping. */
  DockerConnection.Link open(Use use, String what, Duration patience) {
    try {
      return connection.open(use, patience);
    } catch (NoAnswerException e) {
      throw DockerFailures.unreachable(address(), what, EngineWords.of(e.how()), e);
    } catch (InterruptedException e) {
      throw interrupted(what);
    }
  }

  /**
   * A new connection for a stream without an end, beside those of the calls; the caller closes it.
   */
  DockerConnection.Link openApart(String what) {
    try {
      return connection.openApart();
    } catch (NoAnswerException e) {
      throw DockerFailures.unreachable(address(), what, EngineWords.of(e.how()), e);
    }
  }

  /** One answer on that connection, which is closed if none comes in time. */
  <T extends @Nullable Object> T answer(DockerConnection.Link link, Deadline deadline, Call<T> call)
      throws NoAnswerException, InterruptedException {
    var fate = new AtomicBoolean(); // once: begun, or given up before that
    Future<T> answer;
    try {
      answer =
          threads.submit(() -> {
            if (!fate.compareAndSet(false, true)) {
              throw new CancellationException();
            }
            return call.on(link.client());
          });
    } catch (RejectedExecutionException e) {
      throw NoAnswerException.notBegun("no thread is free for the call", e);
    }
    try {
      T given = answer.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
      answeredNanos = System.nanoTime();
      return given;
    } catch (TimeoutException e) {
      throw fate.compareAndSet(false, true)
          ? NoAnswerException.notBegun("no thread was free for the call", e)
          : NoAnswerException.late(late(deadline.limit()), e);
    } catch (ExecutionException e) {
      throw NoAnswerException.insteadOfAnswer(e.getCause());
    } finally {
      if (!answer.isDone()) {
        link.close(); // ends the request wherever it stands
        answer.cancel(true);
      }
    }
  }

  private static <T extends @Nullable Object> T keptAfter(DockerConnection.Link link, T result) {
    link.keep();
    return result;
  }

  static String late(Duration limit) {
    return "no answer within %.1f s".formatted(limit.toMillis() / 1000.0);
  }

  static CancelledException interrupted(String what) {
    Thread.currentThread().interrupt();
    return new CancelledException("interrupted: " + what);
  }

  @Override
  public void close() {
    connection.close();
  }
}
