package io.appserver.orchestrator.e2e.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A socket of its own before the engine's, which notes every request and passes it on at once. */
public final class CountedEngine implements AutoCloseable {

  private final String engine;
  private final Path directory;
  private final ServerSocketChannel door;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Request> requests = new ArrayList<>();

  /**
   * One request.
   *
   * @param connection the number of the connection it came on
   * @param first whether it is the first one on that connection
   * @param line method and path, with what follows the question mark
   */
  public record Request(int connection, boolean first, String line) {

    boolean isPing() {
      return line.endsWith(" /_ping");
    }

    boolean isChange() {
      return !line.startsWith("GET ") && !line.startsWith("HEAD ");
    }
  }

  private CountedEngine(String engine) throws IOException {
    this.engine = engine;
    directory = Files.createTempDirectory("engine");
    door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    door.bind(UnixDomainSocketAddress.of(socket()));
    threads.execute(this::accept);
  }

  /** One before the engine behind that socket. */
  public static CountedEngine before(String socket) {
    try {
      return new CountedEngine(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@code APPSERVER_DOCKER_SOCKET_PATH} has it. */
  public String socket() {
    return directory.resolve("docker.sock").toString();
  }

  /** What was asked so far, in the order in which it came. */
  public List<Request> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  private void accept() {
    try {
      for (int connection = 1; ; connection++) {
        SocketChannel caller = door.accept();
        int number = connection;
        threads.execute(() -> serve(number, caller));
      }
    } catch (IOException e) {
      // The door was closed.
    }
  }

  private void serve(int connection, SocketChannel caller) {
    try (caller;
        var there = SocketChannel.open(UnixDomainSocketAddress.of(engine))) {
      threads.execute(() -> answer(there, caller));
      var passed =
          new PassedRequests(Channels.newInputStream(caller), Channels.newOutputStream(there));
      boolean first = true;
      for (String line = passed.next(); !line.isEmpty(); line = passed.next()) {
        note(new Request(connection, first, line));
        first = false;
        passed.passOn();
      }
    } catch (IOException e) {
      // One side hung up.
    }
  }

  private void note(Request request) {
    synchronized (requests) {
      requests.add(request);
    }
  }

  private static void answer(SocketChannel there, SocketChannel caller) {
    try (caller) {
      Channels.newInputStream(there).transferTo(Channels.newOutputStream(caller));
    } catch (IOException e) {
      // One side hung up.
    }
  }

  @Override
  public void close() {
    try {
      door.close();
      Files.deleteIfExists(Path.of(socket()));
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
