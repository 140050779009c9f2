package io.appserver.orchestrator.runtime.probe;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A connection whose every operation ends by one moment. */
final class TimedSocket implements AutoCloseable {

  private final Socket socket;
  private final InputStream in;
  private final long end;

  private TimedSocket(Socket socket, long end) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.end = end;
  }

  static TimedSocket connect(String address, int port, Duration timeout) throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    var socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(address, port), millisUntil(end));
      return new TimedSocket(socket, end);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** The next byte; -1 at the end. */
  int read() throws IOException {
    socket.setSoTimeout(millisUntil(end));
    return in.read();
  }

  /** Reads and forgets what still comes, but not for ever. */
  void drain(int mostBytes, Duration longest) {
    long until = Math.min(end, System.nanoTime() + longest.toNanos());
    try {
      byte[] block = new byte[4096];
      int read = 0;
      for (int all = 0; read >= 0 && all < mostBytes; all += read) {
        socket.setSoTimeout(millisUntil(until));
        read = in.read(block);
      }
    } catch (IOException e) {
      return; // what counts has been read
    }
  }

  /** At least one: zero would mean for ever. */
  private static int millisUntil(long moment) throws SocketTimeoutException {
    long left = Duration.ofNanos(moment - System.nanoTime()).toMillis();
    if (left < 0) {
      throw new SocketTimeoutException("the time is over");
    }
    return Math.clamp(left, 1, Integer.MAX_VALUE);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
