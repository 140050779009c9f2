package io.appserver.orchestrator.runtime.docker;

import io.appserver.orchestrator.runtime.ImageReference;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes every connection and never answers. */
final class HungRegistry implements AutoCloseable {

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();

  HungRegistry() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  ImageReference image() {
    return new ImageReference(address(), "todos", "latest");
  }

  /** Connections there ever were. */
  int asked() {
    return asked.get();
  }

  /** Connections that the engine has not given up. */
  int waiting() {
    return waiting.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = server.accept();
        asked.incrementAndGet();
        waiting.incrementAndGet();
        threads.execute(() -> hang(connection));
      }
    } catch (IOException closed) {
      return;
    }
  }

  private void hang(Socket connection) {
    try (connection) {
      connection.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException reset) {
      return;
    } finally {
      waiting.decrementAndGet();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}
