package io.appserver.orchestrator.e2e.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks for the list of apps at a fixed rate, however slow the answers are: a time counts from when
 * the request was due, so that what waits behind a slow answer is counted too.
 */
final class ListBench {

  /** Requests a second. */
  private static final int RATE = 50;

  /** Asked first, and not counted. */
  private static final Duration WARM_UP = Duration.ofSeconds(3);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpRequest request;

  ListBench(URI server) {
    String login = ConsoleBench.user() + ":" + ConsoleBench.password();
    request =
        HttpRequest.newBuilder(server.resolve("/api/v1/deployments?size=50"))
            .timeout(PATIENCE)
            .header(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8)))
            .build();
  }

  void run(Duration duration) {
    ask(WARM_UP);
    Outcome outcome = ask(duration);
    Figures millis = new Figures(outcome.millis());
    System.out.printf(
        "p50 %.1f ms   p99 %.1f ms   worst %.1f ms   of %d answers in %d s, and %d failures%n",
        millis.median(),
        millis.percentile(99),
        millis.worst(),
        millis.count(),
        duration.toSeconds(),
        outcome.failures().get());
  }

  private record Outcome(Queue<Double> millis, AtomicInteger failures) {
    Outcome() {
      this(new ConcurrentLinkedQueue<>(), new AtomicInteger());
    }
  }

  private Outcome ask(Duration duration) {
    var outcome = new Outcome();
    long began = System.nanoTime();
    try (var requests = Executors.newVirtualThreadPerTaskExecutor()) {
      for (long i = 0; i < duration.toSeconds() * RATE; i++) {
        long due = began + i * Duration.ofSeconds(1).toNanos() / RATE;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        requests.execute(() -> ask(due, outcome));
      }
    }
    return outcome;
  }

  private void ask(long due, Outcome outcome) {
    try {
      if (client.send(request, BodyHandlers.ofByteArray()).statusCode() == 200) {
        outcome.millis().add((System.nanoTime() - due) / 1e6);
      } else {
        outcome.failures().incrementAndGet();
      }
    } catch (IOException e) {
      outcome.failures().incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
