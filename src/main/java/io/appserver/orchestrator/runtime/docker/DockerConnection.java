package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.LocalDirectorySSLConfig;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.runtime.RuntimeView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The way to the engine: clients of one connection each, a few of which are kept for the next
 * question.
 *
 * <p>One connection a client, because closing the client is the only thing that ends a call in any
 * phase and on any transport: response time-outs do nothing on a Unix socket, and a stream can be
 * closed by itself only once it has begun.
 */
final class DockerConnection implements AutoCloseable {

  /**
   * What a connection is for. Each use has places of its own: none that is taken for one keeps
   * another from its own.
   */
  enum Use {
    /** Questions, which are answered soon. */
    CALLS("calls", 64),

    /**
     * As many as may be under way: three kinds, each of {@code
     * APPSERVER_DOCKER_MAX_CONCURRENT_DEPLOYMENTS} and 32 slow ones.
     */
    CHANGES("changes", 3 * (64 + 32)),

    /** Signs of life: of every look, of the watch and of the checks at once. */
    PINGS("pings", 32),

    /** Tests of health, each as long as its image allows: one for each app in work. */
    TESTS("health tests", RuntimeView.MOST_AT_ONCE),

    /** Waits for a container's end: one for each app in work. */
    ENDS("waits for a container's end", RuntimeView.MOST_AT_ONCE),

    /** As many as {@code APPSERVER_DOCKER_MAX_CONCURRENT_DEPLOYMENTS} may allow. */
    PULLS("pulls", Settings.Containers.MOST_CONCURRENT_DEPLOYMENTS),

    LOGS("following logs", 64);

    private final String purpose;
    private final int places;

    Use(String purpose, int places) {
      this.purpose = purpose;
      this.places = places;
    }

    /** How many there may be at once. */
    int places() {
      return places;
    }
  }

  private static final int MOST_IDLE = 8;

  /** An engine that answered within this time is taken to be there. */
  static final Duration JUST_NOW = Duration.ofSeconds(1);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  /**
   * Tells at INFO of each call that is given up, which the caller is told anyway. Kept, because a
   * logger that nobody holds forgets its level.
   */
  private static final Logger CHATTER =
      Logger.getLogger(
          "com.github.dockerjava.zerodep.shaded.org.apache.hc.client5.http.impl.classic.HttpRequestRetryExec");

  static {
    CHATTER.setLevel(Level.WARNING);
  }

  private final URI host;
  private final Optional<String> certPath;
  private final EngineClientConfig config;

  /** The one that served last comes last. */
  private final BlockingDeque<Idle> idle = new LinkedBlockingDeque<>(MOST_IDLE);

  private final Map<Use, Semaphore> places = new EnumMap<>(Use.class);
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable SSLContext tls;

  /**
   * A connection that nobody uses.
   *
   * @param servedNanos when the engine answered on it last, by the monotonic clock
   */
  private record Idle(DockerClient client, long servedNanos) {}

  DockerConnection(Settings.Engine engine) {
    this.host = URI.create(engine.host());
    this.certPath = engine.certPath();
    this.config = new EngineClientConfig(host);
    for (Use use : Use.values()) {
      places.put(use, new Semaphore(use.places(), true));
    }
  }

  /** The address as the operator set it, for messages. */
  String address() {
    return host.toString();
  }

  /**
   * A new connection, for streams and for what must not be sent to an engine that has gone since.
   *
   * @throws NoAnswerException if no place is free within that time, or its certificates are missing
   */
  Link open(Use use, Duration patience) throws NoAnswerException, InterruptedException {
    return link(use, patience, () -> null);
  }

  /** A connection that served before where one is idle, else a new one: for questions. */
  Link borrow(Use use, Duration patience) throws NoAnswerException, InterruptedException {
    return link(use, patience, idle::pollLast);
  }

  /** A new connection that takes none of the places: for the one stream of events. */
  Link openApart() throws NoAnswerException {
    return new Link(newClient(), null, () -> {});
  }

  private Link link(Use use, Duration patience, Supplier<@Nullable Idle> old)
      throws NoAnswerException, InterruptedException {
    Semaphore free = Objects.requireNonNull(places.get(use));
    if (!free.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw NoAnswerException.notBegun(
          "all %d connections to it for %s are busy".formatted(use.places(), use.purpose), null);
    }
    boolean linked = false;
    try {
      Idle used = old.get();
      var link =
          used == null
              ? new Link(newClient(), null, free::release)
              : new Link(used.client(), used.servedNanos(), free::release);
      linked = true;
      return link;
    } finally {
      if (!linked) {
        free.release();
      }
    }
  }

  private DockerClient newClient() throws NoAnswerException {
    SSLContext context = certPath.isPresent() ? tlsFrom(certPath.get()) : null;
    var transport =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(host)
            .maxConnections(1)
            .connectionTimeout(CONNECT_TIMEOUT);
    if (context != null) {
      transport.sslConfig(() -> context);
    }
    return DockerClientImpl.getInstance(config, transport.build());
  }

  private SSLContext tlsFrom(String path) throws NoAnswerException {
    SSLContext context = tls;
    if (context == null) {
      context = readTls(path);
      tls = context;
    }
    return context;
  }

  /** Without the files docker-java would go on without TLS. */
  private static SSLContext readTls(String path) throws NoAnswerException {
    try {
      SSLContext context = new LocalDirectorySSLConfig(path).getSSLContext();
      if (context != null) {
        return context;
      }
    } catch (DockerClientException e) {
      throw new NoAnswerException(
          "its certificates in %s cannot be read: %s".formatted(path, EngineWords.of(e)), e);
    }
    throw new NoAnswerException("ca.pem, cert.pem and key.pem are not all in " + path, null);
  }

  @Override
  public void close() {
    closed.set(true);
    for (Idle one = idle.poll(); one != null; one = idle.poll()) {
      closeClient(one.client());
    }
  }

  private static void closeClient(DockerClient client) {
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * One connection in use. Ends once: kept for later, or closed, which aborts what is under way on
   * it.
   */
  final class Link implements AutoCloseable {

    private final DockerClient client;
    private final @Nullable Long servedNanos;
    private final Runnable leave;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Link(DockerClient client, @Nullable Long servedNanos, Runnable leave) {
      this.client = client;
      this.servedNanos = servedNanos;
      this.leave = leave;
    }

    DockerClient client() {
      return client;
    }

    /** Whether the engine may have closed it since. */
    boolean servedBefore() {
      return servedNanos != null;
    }

    /** Whether the engine answered on it a moment ago: it need not be asked whether it is there. */
    boolean servedJustNow() {
      return servedNanos != null && System.nanoTime() - servedNanos < JUST_NOW.toNanos();
    }

    void keep() {
      if (ended.compareAndSet(false, true)) {
        leave.run();
        if (closed.get() || !idle.offerLast(new Idle(client, System.nanoTime()))) {
          closeClient(client);
        }
      }
    }

    @Override
    public void close() {
      if (ended.compareAndSet(false, true)) {
        leave.run();
        closeClient(client);
      }
    }
  }
}
