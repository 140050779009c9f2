package io.appserver.orchestrator.intake;

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

/** A way to a real service that can be shut, cutting who is inside, and opened again. */
public final class Door implements AutoCloseable {

  private final InetSocketAddress service;
  private final Set<Socket> inside = ConcurrentHashMap.newKeySet();
  private final int port;
  private volatile ServerSocket listener;

  public Door(String host, int servicePort) {
    service = new InetSocketAddress(host, servicePort);
    listener = listen(0);
    port = listener.getLocalPort();
  }

  public int port() {
    return port;
  }

  public void shut() {
    close(listener);
    inside.forEach(Door::close);
    inside.clear();
  }

  public void open() {
    listener = listen(port);
  }

  private ServerSocket listen(int wanted) {
    try {
      var socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
      Thread.ofVirtual().start(() -> accept(socket));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        inside.add(client);
        Socket server = new Socket();
        inside.add(server);
        server.connect(service, 2000);
        if (socket.isClosed()) {
          close(client);
          close(server);
        }
        Thread.ofVirtual().start(() -> carry(client, server));
        Thread.ofVirtual().start(() -> carry(server, client));
      } catch (IOException e) {
        // shut
      }
    }
  }

  private static void carry(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // cut
    }
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // it is closed
    }
  }

  @Override
  public void close() {
    shut();
  }
}
