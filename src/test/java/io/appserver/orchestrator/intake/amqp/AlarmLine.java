package io.appserver.orchestrator.intake.amqp;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A way to a broker that treats its connections as RabbitMQ does while it is short of memory: from
 * one that publishes nothing is read any more, and it is told so; all others go on.
 */
public final class AlarmLine implements AutoCloseable {

  private static final int METHOD = 1;
  private static final int CONNECTION = 10;
  private static final int BLOCKED = 60;
  private static final int UNBLOCKED = 61;
  private static final int BASIC_PUBLISH = (60 << 16) | 40;
  private static final int FRAME_END = 0xCE;

  private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private boolean shortOfMemory;
  private int blocked;

  public AlarmLine(int broker) throws IOException {
    threads.execute(() -> {
      try {
        while (true) {
          Socket client = door.accept();
          Socket server = new Socket(InetAddress.getLoopbackAddress(), broker);
          sockets.add(client);
          sockets.add(server);
          var toClient =
              new DataOutputStream(new BufferedOutputStream(client.getOutputStream(), 1 << 17));
          threads.execute(() -> answers(server, client, toClient));
          threads.execute(() -> requests(client, server, toClient));
        }
      } catch (IOException closed) {
        return;
      }
    });
  }

  public int port() {
    return door.getLocalPort();
  }

  public synchronized void alarm() {
    shortOfMemory = true;
  }

  public synchronized void over() {
    shortOfMemory = false;
    notifyAll();
  }

  /** Connections that were blocked so far. */
  public synchronized int blocked() {
    return blocked;
  }

  private void answers(Socket server, Socket client, DataOutputStream out) {
    try (server;
        client) {
      var in = new DataInputStream(server.getInputStream());
      while (true) {
        send(out, frame(in));
      }
    } catch (IOException ended) {
      return;
    }
  }

  private void requests(Socket client, Socket server, DataOutputStream toClient) {
    try (client;
        server) {
      var in = new DataInputStream(client.getInputStream());
      var out = server.getOutputStream();
      out.write(in.readNBytes(8)); // what the protocol is
      while (true) {
        byte[] frame = frame(in);
        if (isPublish(frame)) {
          waitWhileShort(toClient);
        }
        out.write(frame);
      }
    } catch (IOException ended) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void waitWhileShort(DataOutputStream toClient) throws IOException, InterruptedException {
    synchronized (this) {
      if (!shortOfMemory) {
        return;
      }
      blocked++;
    }
    send(toClient, word(BLOCKED, "low on memory"));
    synchronized (this) {
      while (shortOfMemory) {
        wait();
      }
    }
    send(toClient, word(UNBLOCKED, ""));
  }

  private static void send(DataOutputStream out, byte[] frame) throws IOException {
    synchronized (out) {
      out.write(frame);
      out.flush();
    }
  }

  private static boolean isPublish(byte[] frame) {
    return frame[0] == METHOD && (((frame[8] & 0xFF) << 16) | (frame[10] & 0xFF)) == BASIC_PUBLISH;
  }

  /** Type, channel, size, content and end. */
  private static byte[] frame(DataInputStream in) throws IOException {
    byte[] head = new byte[7];
    in.readFully(head);
    int size = ByteBuffer.wrap(head, 3, 4).getInt();
    byte[] frame = Arrays.copyOf(head, 7 + size + 1);
    in.readFully(frame, 7, size + 1);
    return frame;
  }

  private static byte[] word(int method, String reason) throws IOException {
    var content = new ByteArrayOutputStream();
    var words = new DataOutputStream(content);
    words.writeShort(CONNECTION);
    words.writeShort(method);
    if (method == BLOCKED) {
      words.writeByte(reason.length());
      words.writeBytes(reason);
    }
    var frame = new ByteArrayOutputStream();
    var out = new DataOutputStream(frame);
    out.writeByte(METHOD);
    out.writeShort(0);
    out.writeInt(content.size());
    content.writeTo(out);
    out.writeByte(FRAME_END);
    return frame.toByteArray();
  }

  @Override
  public void close() {
    try {
      door.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    over();
    threads.shutdownNow();
  }
}
