package io.appserver.orchestrator.runtime.probe;

import io.appserver.orchestrator.runtime.HealthProbe.Result;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Sends a GET and looks at the status. By hand: the JDK's client keeps the connection of an app
 * that answers something other than HTTP open for good (seen with 25), and each probe would add
 * one.
 */
final class HttpProbe {

  private static final int NOT_FOUND = 404;

  /** More than any status line has. */
  private static final int LONGEST_LINE = 1024;

  /** So much of an answer is read, and so long, that the app is not cut off in the middle of it. */
  private static final int LONGEST_BODY = 64 * 1024;

  private static final Duration LONGEST_READING = Duration.ofMillis(250);

  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)( .*)?");

  private HttpProbe() {}

  /** What came of a request. */
  sealed interface Answer {

    /** Of a server that speaks HTTP. */
    record Http(int status) implements Answer {}

    /** The port is open, and what is behind it does not answer with HTTP. */
    record Open(String words) implements Answer {}

    /** It could not be asked. */
    record None(String words) implements Answer {}
  }

  /**
   * Asks once.
   *
   * @param host what the app is called by those who ask it, for the header
   */
  static Answer ask(String address, String host, int port, String path, Duration timeout) {
    String request;
    try {
      request =
          "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUser-Agent: appserver-orchestrator\r\nAccept: */*\r\nConnection: close\r\n\r\n"
              .formatted(checked(path), host, port);
    } catch (IOException e) {
      return new Answer.None(words(timeout, e));
    }
    try (var connection = TimedSocket.connect(address, port, timeout)) {
      return answer(connection, request, timeout);
    } catch (IOException e) {
      return new Answer.None(words(timeout, e));
    }
  }

  /** On a connection, which shows that the port is open. */
  private static Answer answer(TimedSocket connection, String request, Duration timeout) {
    try {
      connection.write(request.getBytes(StandardCharsets.US_ASCII));
      var matcher = STATUS_LINE.matcher(firstLine(connection));
      if (!matcher.matches()) {
        return new Answer.Open("the answer is not HTTP");
      }
      connection.drain(LONGEST_BODY, LONGEST_READING);
      return new Answer.Http(Integer.parseInt(matcher.group(1)));
    } catch (IOException e) {
      return new Answer.Open(words(timeout, e));
    }
  }

  /** 2xx is well. */
  static Result strict(int port, String path, Answer answer) {
    return switch (answer) {
      case Answer.Http http -> told(path, http.status());
      case Answer.Open open -> failed(port, path, open.words());
      case Answer.None none -> failed(port, path, none.words());
    };
  }

  /**
   * 2xx is well; 404, or no answer that is HTTP, means that the app was never meant to answer this:
   * its port is open.
   *
   * @param spokeHttp whether it is known to speak HTTP: then it is to go on
   */
  static Result lenient(int port, String path, Answer answer, boolean spokeHttp) {
    return switch (answer) {
      case Answer.Http http when http.status() == NOT_FOUND ->
          new Result(true, "port %d is open; it has no %s".formatted(port, path));
      case Answer.Open open when !spokeHttp ->
          new Result(true, "port %d is open; GET %s: %s".formatted(port, path, open.words()));
      default -> strict(port, path, answer);
    };
  }

  /** The first line; what there is of it if the other side ends before, or goes on for ever. */
  private static String firstLine(TimedSocket connection) throws IOException {
    var line = new StringBuilder();
    for (int c = connection.read(); c >= 0 && c != '\n'; c = connection.read()) {
      line.append((char) c);
      if (line.length() == LONGEST_LINE || !couldBeStatusLine(line)) {
        return line.toString();
      }
    }
    if (line.isEmpty()) {
      throw new IOException("the connection was closed without an answer");
    }
    return line.toString().stripTrailing();
  }

  private static boolean couldBeStatusLine(StringBuilder line) {
    String wanted = "HTTP/";
    int length = Math.min(line.length(), wanted.length());
    return line.substring(0, length).equals(wanted.substring(0, length));
  }

  /** The path as it may stand in a request line. */
  private static String checked(String path) throws IOException {
    try {
      return new URI(path.startsWith("/") ? path : "/" + path).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IOException("that is not a valid path", e);
    }
  }

  private static Result told(String path, int status) {
    return new Result(status >= 200 && status < 300, "GET %s answered %d".formatted(path, status));
  }

  private static Result failed(int port, String path, String words) {
    return new Result(false, "GET %s at port %d: %s".formatted(path, port, words));
  }

  private static String words(Duration timeout, IOException e) {
    return switch (e) {
      case SocketTimeoutException late -> "no answer within %d ms".formatted(timeout.toMillis());
      case ConnectException refused -> "no connection";
      default -> String.valueOf(e.getMessage());
    };
  }
}
