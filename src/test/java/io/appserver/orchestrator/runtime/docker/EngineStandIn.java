package io.appserver.orchestrator.runtime.docker;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Listens as an engine would, on a Unix or a TCP socket, and answers, refuses or hangs as it is
 * told.
 */
final class EngineStandIn implements AutoCloseable {

  /**
   * What a request gets.
   *
   * @param status 0 for none at all
   * @param last whether the connection is closed after it
   * @param endless whether the engine does not say where it ends
   */
  record Answer(int status, String body, boolean last, boolean endless) {
    static final Answer NONE = new Answer(0, "", false, false);

    static Answer ok(String body) {
      return of(200, body);
    }

    static Answer of(int status, String body) {
      return new Answer(status, body, false, false);
    }

    /** The beginning of a stream of which no more comes. */
    static Answer begun(String body) {
      return new Answer(200, body, false, true);
    }

    Answer thenClosed() {
      return new Answer(status, body, true, endless);
    }
  }

  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

  private final ServerSocketChannel server;
  private final String host;
  private final Function<String, Answer> answers;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();

  private EngineStandIn(
      ServerSocketChannel server, SocketAddress address, Function<String, Answer> answers)
      throws IOException {
    this.server = server.bind(address);
    this.host =
        server.getLocalAddress() instanceof InetSocketAddress bound
            ? "tcp://127.0.0.1:" + bound.getPort()
            : "unix://" + ((UnixDomainSocketAddress) address).getPath();
    this.answers = answers;
    threads.execute(this::accept);
  }

  /**
   * @param answers by method and path, such as {@code GET /_ping}
   */
  static EngineStandIn onTcp(Function<String, Answer> answers) {
    try {
      return new EngineStandIn(
          ServerSocketChannel.open(),
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          answers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static EngineStandIn onUnix(Path socket, Function<String, Answer> answers) {
    try {
      return new EngineStandIn(
          ServerSocketChannel.open(StandardProtocolFamily.UNIX),
          UnixDomainSocketAddress.of(socket),
          answers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String host() {
    return host;
  }

  List<String> requests() {
    return requests;
  }

  /** Connections that were ever made. */
  int connections() {
    return connections.get();
  }

  /** Connections that the other side has not closed. */
  int open() {
    return open.get();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel connection = server.accept();
        connections.incrementAndGet();
        open.incrementAndGet();
        threads.execute(() -> serve(connection));
      }
    } catch (IOException closed) {
      return;
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      var in = new BufferedInputStream(Channels.newInputStream(connection));
      var out = Channels.newOutputStream(connection);
      for (String head = head(in); !head.isEmpty(); head = head(in)) {
        skipBody(in, head);
        String request = head.substring(0, head.indexOf(" HTTP"));
        requests.add(request);
        Answer answer = answers.apply(request);
        if (answer.status() != 0) {
          byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
          String text =
              "HTTP/1.1 %d X\r\nContent-Type: application/json\r\n%s\r\n"
                  .formatted(
                      answer.status(),
                      answer.status() == 304 || answer.endless()
                          ? ""
                          : "Content-Length: %d\r\n".formatted(body.length));
          out.write(text.getBytes(StandardCharsets.US_ASCII));
          out.write(body);
          out.flush();
        }
        if (answer.last()) {
          return;
        }
      }
    } catch (IOException gone) {
      return;
    } finally {
      open.decrementAndGet();
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      head.append((char) c);
      if (head.length() > 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
        return head.toString();
      }
    }
    return "";
  }

  private static void skipBody(InputStream in, String head) throws IOException {
    var length = LENGTH.matcher(head);
    if (length.find()) {
      in.skipNBytes(Long.parseLong(length.group(1)));
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
