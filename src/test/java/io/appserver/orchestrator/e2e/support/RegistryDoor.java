package io.appserver.orchestrator.e2e.support;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The way to the registry. It passes everything on as it is, but can make the layers of one app
 * come as slowly as a bad line would.
 */
public final class RegistryDoor implements AutoCloseable {

  private static final long DRIP_MS = 50;

  private static final int BACKLOG = 50;

  /** How a TLS connection begins. */
  private static final int TLS_HANDSHAKE = 22;

  private static final Set<String> PASSED_ON = Set.of("authorization", "accept");

  private final URI registry;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final int port;
  private volatile ServerSocket socket;
  private final Map<String, SlowLine> slowLines = new ConcurrentHashMap<>();

  RegistryDoor(URI registry) {
    this.registry = registry;
    socket = listen(0);
    port = socket.getLocalPort();
  }

  private ServerSocket listen(int at) {
    try {
      var opened = new ServerSocket();
      opened.setReuseAddress(true);
      opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), BACKLOG);
      threads.execute(() -> accept(opened));
      return opened;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Refuses everybody while something is done, as if the registry were away. */
  public void whileShut(Runnable action) {
    shut();
    try {
      action.run();
    } finally {
      socket = listen(port);
    }
  }

  private void shut() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  /** From now on the app's layers come a byte at a time, until the line is good again. */
  public SlowLine slowDown(App app) {
    return slowLines.computeIfAbsent(app.name(), name -> new SlowLine());
  }

  /** A pull that takes long. */
  public static final class SlowLine {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch good = new CountDownLatch(1);
    private final CountDownLatch hungUp = new CountDownLatch(1);

    /** Whether a layer is on its way. */
    public boolean begun() {
      return begun.getCount() == 0;
    }

    /** Whether the engine gave a layer up. */
    public boolean hungUp() {
      return hungUp.getCount() == 0;
    }

    /** The rest comes at once. */
    public void speedUp() {
      good.countDown();
    }

    private void send(byte[] body, OutputStream out) throws IOException, InterruptedException {
      try {
        int sent = 0;
        // The last byte waits for the good line, however long that takes.
        while (sent < body.length - 1 && good.getCount() > 0) {
          out.write(body, sent++, 1);
          out.flush();
          begun.countDown();
          if (good.await(DRIP_MS, TimeUnit.MILLISECONDS)) {
            break;
          }
        }
        good.await();
        out.write(body, sent, body.length - sent);
      } catch (IOException e) {
        hungUp.countDown();
        throw e;
      }
    }
  }

  private void accept(ServerSocket opened) {
    while (!opened.isClosed()) {
      try {
        Socket caller = opened.accept();
        threads.execute(() -> serve(caller));
      } catch (IOException | RejectedExecutionException e) {
        return; // the door was closed
      }
    }
  }

  /** One request; the caller opens another connection for the next. */
  private void serve(Socket caller) {
    try (caller) {
      String head = head(new BufferedInputStream(caller.getInputStream()));
      if (!head.isEmpty()) {
        pass(head, caller.getOutputStream());
      }
    } catch (IOException e) {
      // The caller hung up.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The request line and the headers; nothing if the caller tries TLS first, as engines do. */
  private static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0 || (next == TLS_HANDSHAKE && head.size() == 0)) {
        return "";
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private void pass(String head, OutputStream out) throws IOException, InterruptedException {
    List<String> lines = head.lines().toList();
    String[] requestLine = lines.getFirst().split(" ", 3);
    String method = requestLine[0];
    String path = requestLine[1];
    var request =
        HttpRequest.newBuilder(registry.resolve(path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    lines.stream()
        .map(line -> line.split(": ", 2))
        .filter(header -> PASSED_ON.contains(header[0].toLowerCase(Locale.ROOT)))
        .forEach(header -> request.header(header[0], header[1]));
    var answer = Http.CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    var answerHead = new StringBuilder("HTTP/1.1 " + answer.statusCode() + " Passed On\r\n");
    answer
        .headers()
        .map()
        .forEach((name, values) ->
            values.forEach(
                value -> answerHead.append(name).append(": ").append(value).append("\r\n")));
    answerHead.append("Connection: close\r\n\r\n");
    out.write(answerHead.toString().getBytes(StandardCharsets.ISO_8859_1));
    send(path, answer.body(), out);
  }

  private void send(String path, byte[] body, OutputStream out)
      throws IOException, InterruptedException {
    SlowLine slow =
        slowLines.entrySet().stream()
            .filter(line -> path.startsWith("/v2/" + line.getKey() + "/blobs/"))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(null);
    if (slow == null) {
      out.write(body);
    } else {
      slow.send(body, out);
    }
  }

  @Override
  public void close() {
    slowLines.values().forEach(SlowLine::speedUp);
    shut();
    threads.shutdownNow();
  }
}
