package io.appserver.orchestrator.e2e.support;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A port of its own before PostgreSQL's, which notes every transaction and passes everything on at
 * once. It reads the client's half of the protocol, so that it sees what the server is asked for,
 * whatever driver, pool and JPA make of it.
 */
public final class CountedDatabase implements AutoCloseable {

  private final String host;
  private final int port;
  private final ServerSocket door;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<SqlTransaction> transactions = new ArrayList<>();

  private CountedDatabase(String host, int port) throws IOException {
    this.host = host;
    this.port = port;
    door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** One before the database of these services. */
  public static CountedDatabase before(Services services) {
    URI database = URI.create(services.databaseUrl().substring("jdbc:".length()));
    try {
      return new CountedDatabase(database.getHost(), database.getPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@code APPSERVER_DB_PORT} has it; the host is this one. */
  public String port() {
    return Integer.toString(door.getLocalPort());
  }

  /** What was done so far, in the order in which it ended. */
  public List<SqlTransaction> transactions() {
    synchronized (transactions) {
      return List.copyOf(transactions);
    }
  }

  private void note(SqlTransaction transaction) {
    synchronized (transactions) {
      transactions.add(transaction);
    }
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
        var there = new Socket(host, port)) {
      caller.setTcpNoDelay(true);
      there.setTcpNoDelay(true);
      threads.execute(() -> answer(there, caller));
      var in = new DataInputStream(caller.getInputStream());
      var out = new DataOutputStream(new BufferedOutputStream(there.getOutputStream()));
      pass(in.readInt(), in, out); // the first message, which has no letter
      out.flush();
      var client = new SqlClient(this::note);
      for (int kind = in.read(); kind >= 0; kind = in.read()) {
        out.writeByte(kind);
        client.says((char) kind, pass(in.readInt(), in, out));
        out.flush();
      }
    } catch (IOException e) {
      // One side hung up.
    }
  }

  /** Returns the message's body; it is not on its way before {@code out} is flushed. */
  private static byte[] pass(int length, DataInputStream in, DataOutputStream out)
      throws IOException {
    byte[] body = in.readNBytes(length - Integer.BYTES);
    out.writeInt(length);
    out.write(body);
    return body;
  }

  private static void answer(Socket there, Socket caller) {
    try (caller) {
      there.getInputStream().transferTo(caller.getOutputStream());
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
