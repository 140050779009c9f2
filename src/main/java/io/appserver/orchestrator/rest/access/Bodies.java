package io.appserver.orchestrator.rest.access;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Bodies of requests, read as a whole before anything is done about them: whoever sends slowly
 * keeps a thread only for as long as is said here.
 */
final class Bodies {

  /**
   * For the whole of one; a single read that brings nothing ends sooner (readTimeout in
   * server.xml).
   */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Bodies() {}

  /** It did not come in time. */
  static final class SlowException extends IOException {
    private static final long serialVersionUID = 1L;

    SlowException(IOException cause) {
      super("a body did not come in time", cause);
    }
  }

  /** The request with its body, which has a length. */
  static HttpServletRequest whole(HttpServletRequest request) throws IOException {
    var body = new byte[request.getContentLength()];
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    InputStream in = request.getInputStream();
    try {
      for (int at = 0; at < body.length; ) {
        int length = in.read(body, at, body.length - at);
        if (length < 0) {
          throw new EOFException("the body ended early");
        }
        at += length;
        if (at < body.length && System.nanoTime() - deadline > 0) {
          throw new IOException("too slow");
        }
      }
    } catch (IOException e) {
      throw new SlowException(e);
    }
    return new Read(request, body);
  }

  private static final class Read extends HttpServletRequestWrapper {

    private final ServletInputStream body;

    Read(HttpServletRequest request, byte[] body) {
      super(request);
      this.body = new Bytes(new ByteArrayInputStream(body));
    }

    @Override
    public ServletInputStream getInputStream() {
      return body;
    }

    @Override
    public BufferedReader getReader() {
      return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }
  }

  private static final class Bytes extends ServletInputStream {

    private final ByteArrayInputStream bytes;

    Bytes(ByteArrayInputStream bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      return bytes.read(into, offset, length);
    }

    @Override
    public int available() {
      return bytes.available();
    }

    @Override
    public boolean isFinished() {
      return bytes.available() == 0;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new IllegalStateException("it is read already");
    }
  }
}
