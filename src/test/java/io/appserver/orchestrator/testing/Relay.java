package io.appserver.orchestrator.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP port of its own that leads to another, and can be closed and opened, held and slowed down:
 * an outage on demand.
 */
public final class Relay implements AutoCloseable {

  private static final int CHUNK = 16 * 1024;

  private final String host;
  private final int targetPort;
  private final InetAddress address;
  private final Socket reservation;
  private final int port;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicLong passed = new AtomicLong();
  private final Object valve = new Object();
  private boolean held;
  private volatile int bytesPerSecond = Integer.MAX_VALUE;
  private ServerSocket door;
  private Thread doorman;

  /** Closed at first; nothing answers on its port. */
  public Relay(String host, int targetPort) {
    this(InetAddress.getLoopbackAddress(), host, targetPort);
  }

  /** One that is to be reached at that address of this machine. */
  public Relay(InetAddress address, String host, int targetPort) {
    this.host = host;
    this.targetPort = targetPort;
    this.address = address;
    this.reservation = reserve(address);
    this.port = reservation.getLocalPort();
  }

  /**
   * A socket that holds the port while the relay is shut, or an outgoing connection may take it.
   */
  private static Socket reserve(InetAddress address) {
    try {
      var socket = new Socket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, 0));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  /** Host and port. */
  public String address() {
    return address.getHostAddress() + ":" + port;
  }

  public synchronized void open() {
    try {
      var opened = new ServerSocket();
      opened.setReuseAddress(true);
      opened.bind(new InetSocketAddress(address, port));
      door = opened;
      doorman = Thread.ofVirtual().start(() -> accept(opened));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends all connections; new ones are refused from here on. */
  public synchronized void shut() {
    if (door != null) {
      closeQuietly(door);
      try {
        // Until its last user has left it, a closed socket still lets callers in.
        doorman.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    cut();
  }

  /** Ends all connections; new ones are welcome. */
  public void cut() {
    sockets.forEach(Relay::closeQuietly);
    sockets.clear();
  }

  /** From now on nothing passes, in either direction, though connections stay and new ones open. */
  public void hold() {
    synchronized (valve) {
      held = true;
    }
  }

  /** Everything passes again, as fast as it can. */
  public void letGo() {
    synchronized (valve) {
      held = false;
      bytesPerSecond = Integer.MAX_VALUE;
      valve.notifyAll();
    }
  }

  /** From now on each connection passes no more than that; counting begins anew. */
  public void slowDown(int bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
    passed.set(0);
  }

  /** How many bytes passed, in either direction, since it was slowed down. */
  public long passed() {
    return passed.get();
  }

  private void accept(ServerSocket opened) {
    try {
      while (true) {
        Socket caller = opened.accept();
        threads.execute(() -> connect(caller, opened));
      }
    } catch (IOException e) {
      // The door was closed.
    }
  }

  private void connect(Socket caller, ServerSocket opened) {
    sockets.add(caller);
    try {
      Socket target = new Socket(host, targetPort);
      sockets.add(target);
      if (opened.isClosed()) { // whoever shut it may not have seen these two
        closeQuietly(caller);
        closeQuietly(target);
      }
      threads.execute(() -> pass(caller, target));
      threads.execute(() -> pass(target, caller));
    } catch (IOException e) {
      closeQuietly(caller); // nobody is there
    }
  }

  private void pass(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      var chunk = new byte[CHUNK];
      for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
        awaitOpenValve();
        out.write(chunk, 0, length);
        passed.addAndGet(length);
        Thread.sleep(1000L * length / bytesPerSecond);
      }
    } catch (IOException e) {
      // One side hung up.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sockets.remove(from);
    sockets.remove(to);
  }

  private void awaitOpenValve() throws InterruptedException {
    synchronized (valve) {
      while (held) {
        valve.wait();
      }
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    shut();
    threads.shutdownNow();
    closeQuietly(reservation);
  }
}
