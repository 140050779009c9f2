package io.appserver.orchestrator.e2e.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A TCP port of its own that leads to another, and can be closed and opened: an outage on demand.
 */
public final class Relay implements AutoCloseable {

  private final String host;
  private final int targetPort;
  private final int port;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private ServerSocket door;

  /** Closed at first; nothing answers on its port. */
  public Relay(String host, int targetPort) {
    this.host = host;
    this.targetPort = targetPort;
    try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = probe.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  public synchronized void open() {
    try {
      door = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ServerSocket opened = door;
    threads.execute(() -> accept(opened));
  }

  /** Ends all connections; new ones are refused. */
  public synchronized void shut() {
    closeQuietly(door);
    sockets.forEach(Relay::closeQuietly);
    sockets.clear();
  }

  private void accept(ServerSocket opened) {
    try {
      while (true) {
        Socket caller = opened.accept();
        Socket target = new Socket(host, targetPort);
        sockets.add(caller);
        sockets.add(target);
        threads.execute(() -> pass(caller, target));
        threads.execute(() -> pass(target, caller));
      }
    } catch (IOException e) {
      // The door was closed.
    }
  }

  private static void pass(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One side hung up.
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      if (closeable != null) {
        closeable.close();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    shut();
    threads.shutdownNow();
  }
}
