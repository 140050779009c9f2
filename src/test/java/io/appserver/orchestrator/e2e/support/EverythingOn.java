package io.appserver.orchestrator.e2e.support;

import com.sun.net.httpserver.HttpServer;
import io.appserver.orchestrator.testing.Issuer;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A platform whose server has switched on what is off unless asked for: tokens of an issuer, a log
 * of JSON documents, and a proxy before the engine that allows the documented endpoints alone. A
 * constructor or method asks for it by a parameter; all tests share it. Traces are not on: since
 * Java 24 their library makes the JVM say lines of its own, which are no JSON documents.
 */
public final class EverythingOn implements AutoCloseable {

  private static final String AUDIENCE = "orchestrator";

  private final Issuer issuer = new Issuer();
  private final HttpServer keys;
  private final SocketProxy engine;
  private final Platform platform;

  /** On the class of tests that use it and not the platform that most tests share. */
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @ExtendWith(SharedPlatform.class)
  @ResourceLock(EndToEnd.OTHER_SERVER)
  public @interface Used {}

  private EverythingOn() throws IOException {
    keys = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    keys.createContext(
        "/certs",
        exchange -> {
          byte[] body = issuer.keySet().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          try (exchange) {
            exchange.getResponseBody().write(body);
          }
        });
    keys.start();
    engine = SocketProxy.start(Services.fromEnvironment().engineSocket());
    platform = Platform.start("everything", settings());
  }

  static EverythingOn start() {
    try {
      return new EverythingOn();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, String> settings() {
    var settings = new HashMap<String, String>();
    settings.put("WLP_LOGGING_CONSOLE_FORMAT", "json");
    settings.put("APPSERVER_DOCKER_HOST", "tcp://127.0.0.1:" + engine.port());
    settings.put("MP_JWT_VERIFY_ISSUER", Issuer.NAME);
    settings.put(
        "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
        "http://127.0.0.1:%d/certs".formatted(keys.getAddress().getPort()));
    settings.put("MP_JWT_VERIFY_AUDIENCES", AUDIENCE);
    return settings;
  }

  public Platform platform() {
    return platform;
  }

  /** Whose tokens are taken, if they are meant for {@link #audience()}. */
  public Issuer issuer() {
    return issuer;
  }

  public String audience() {
    return AUDIENCE;
  }

  /** Between the server and the engine. */
  public SocketProxy engine() {
    return engine;
  }

  @Override
  public void close() throws IOException {
    platform.close();
    engine.close();
    keys.stop(0);
  }
}
