package io.appserver.orchestrator.e2e.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * The engine as it is on a busy host: it does everything it is asked for, and takes its time. A
 * port before the engine's socket that keeps some requests for a while, and counts all.
 */
public final class SlowEngine implements AutoCloseable {

  /**
   * Requests that take their time.
   *
   * @param request method and path, such as {@code GET /_ping}, with what follows the question mark
   */
  public record Rule(Pattern request, Duration takes) {
    public static Rule of(String request, Duration takes) {
      return new Rule(Pattern.compile(request), takes);
    }
  }

  private final String socket;
  private final List<Rule> rules;
  private final ServerSocket door;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private SlowEngine(String socket, List<Rule> rules) throws IOException {
    this.socket = socket;
    this.rules = rules;
    this.door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** One before that engine. */
  public static SlowEngine before(String socket, Rule... rules) {
    try {
      return new SlowEngine(socket, List.of(rules));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@code APPSERVER_DOCKER_HOST} has it. */
  public String host() {
    return "tcp://127.0.0.1:" + door.getLocalPort();
  }

  /** What was asked since the last {@link #forget()}, by method and path. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** How many requests there were of that kind. */
  public long count(String request) {
    return requests.stream().filter(Pattern.compile(request).asMatchPredicate()).count();
  }

  public void forget() {
    requests.clear();
  }

  private void accept() {
    try {
      while (true) {
        Socket caller = door.accept();
        threads.execute(() -> serve(caller));
      }
    } catch (IOException e) {
      // The door was closed.
    }
  }

  private void serve(Socket caller) {
    try (caller;
        var engine = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      engine.connect(UnixDomainSocketAddress.of(socket));
      threads.execute(() -> answer(engine, caller));
      var passed = new PassedRequests(caller.getInputStream(), Channels.newOutputStream(engine));
      for (String request = passed.next(); !request.isEmpty(); request = passed.next()) {
        requests.add(request);
        takeTime(request);
        passed.passOn();
      }
    } catch (IOException e) {
      // One side hung up.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void takeTime(String request) throws InterruptedException {
    for (Rule rule : rules) {
      if (rule.request().matcher(request).matches()) {
        Thread.sleep(rule.takes().toMillis());
        return;
      }
    }
  }

  private static void answer(SocketChannel engine, Socket caller) {
    try (caller) {
      Channels.newInputStream(engine).transferTo(caller.getOutputStream());
    } catch (IOException e) {
      // One side hung up.
    }
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
