package io.appserver.orchestrator.e2e.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port that leads to a server, on which requests and answers get lost: a connection ends before
 * the request arrives, or in the middle of the answer's body.
 */
public final class LossyLine implements AutoCloseable {

  private static final int CHUNK = 64 * 1024;

  /** Browsers send a request only when the one before was answered: each begins a chunk. */
  private static final Pattern REQUEST = Pattern.compile("^[A-Z]+ ([^ ?]+)[^ ]* HTTP/1\\.1\r\n");

  private static final String END_OF_HEADERS = "\r\n\r\n";

  private final URI server;
  private final ServerSocket door;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<String> asked = new ConcurrentSkipListSet<>();
  private String losing = "";
  private int toLose;
  private int lost;

  public LossyLine(URI server) {
    this.server = server;
    try {
      door = new ServerSocket(0, 50, InetAddress.getByName(server.getHost()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** The address of a page by way of this. */
  public URI uri(String path) {
    return URI.create("http://%s:%d%s".formatted(server.getHost(), door.getLocalPort(), path));
  }

  /** The paths that were asked for since this was called last. */
  public Set<String> asked() {
    var since = new TreeSet<>(asked);
    asked.removeAll(since);
    return since;
  }

  /** From now on so many requests for that path are lost, and no others. */
  public synchronized void lose(String path, int requests) {
    losing = path;
    toLose = requests;
    lost = 0;
  }

  /** How many were lost since. */
  public synchronized int lost() {
    return lost;
  }

  /** Where the answer to a request ends. */
  private enum Fate {
    ARRIVES,
    IS_CUT_OFF,
    NEVER_ASKED
  }

  private synchronized Fate fate(String path) {
    if (!path.equals(losing) || lost >= toLose) {
      return Fate.ARRIVES;
    }
    lost++;
    return lost % 2 == 1 ? Fate.IS_CUT_OFF : Fate.NEVER_ASKED;
  }

  private void accept() {
    try {
      while (true) {
        Socket caller = door.accept();
        threads.execute(() -> connect(caller));
      }
    } catch (IOException e) {
      // The door was closed.
    }
  }

  private void connect(Socket caller) {
    sockets.add(caller);
    try (caller;
        var target = new Socket(server.getHost(), server.getPort())) {
      sockets.add(target);
      var line = new Line();
      threads.execute(() -> answer(target, caller, line));
      InputStream in = caller.getInputStream();
      OutputStream out = target.getOutputStream();
      var chunk = new byte[CHUNK];
      for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
        line.fate = fateOf(new String(chunk, 0, length, StandardCharsets.ISO_8859_1), line.fate);
        if (line.fate == Fate.NEVER_ASKED) {
          return;
        }
        out.write(chunk, 0, length);
      }
    } catch (IOException e) {
      // One side hung up.
    } finally {
      sockets.remove(caller);
    }
  }

  /** What becomes of the request that is under way on a connection. */
  private static final class Line {
    private volatile Fate fate = Fate.ARRIVES;
  }

  private Fate fateOf(String sent, Fate before) {
    Matcher request = REQUEST.matcher(sent);
    if (!request.find()) {
      return before; // more of its body
    }
    asked.add(request.group(1));
    return fate(request.group(1));
  }

  private void answer(Socket target, Socket caller, Line line) {
    try (target;
        caller) {
      InputStream in = target.getInputStream();
      OutputStream out = caller.getOutputStream();
      var chunk = new byte[CHUNK];
      for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
        if (line.fate == Fate.IS_CUT_OFF) {
          out.write(chunk, 0, aPart(new String(chunk, 0, length, StandardCharsets.ISO_8859_1)));
          return;
        }
        out.write(chunk, 0, length);
      }
    } catch (IOException e) {
      // One side hung up.
    } finally {
      sockets.remove(target);
    }
  }

  /** How much of an answer comes through: its head, and half of what came of its body. */
  private static int aPart(String answer) {
    int head = answer.indexOf(END_OF_HEADERS) + END_OF_HEADERS.length();
    return head + (answer.length() - head) / 2;
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
    threads.shutdownNow();
  }
}
