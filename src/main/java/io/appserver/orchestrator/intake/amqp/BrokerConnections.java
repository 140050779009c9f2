package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.intake.store.SafeExceptionText;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.logging.Logger;

/**
 * Opens connections to the broker on the server's threads. They do not recover by themselves:
 * whoever uses one opens the next, and so decides what is declared and taken up again.
 */
@Singleton
public class BrokerConnections {

  /** A broker that hangs is noticed after two of these. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /**
   * Declaring a quorum queue takes part of a second; ten minutes, the client's default, would only
   * hide a hang.
   */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(20);

  private static final Logger LOG = Logger.getLogger(BrokerConnections.class.getName());

  private final String url;
  private final String address;
  private final Supplier<String> name;
  private final ThreadFactory threads;
  private final ExecutorService executor;

  @Inject
  public BrokerConnections(
      Settings settings,
      Provider<Identity> identity,
      ThreadFactory threads,
      ExecutorService executor) {
    this(settings.broker().url(), () -> "orchestrator@" + identity.get().node(), threads, executor);
  }

  /**
   * For use outside of a server.
   *
   * @param name what the broker's lists are to call the connections
   */
  public BrokerConnections(
      Secret url, Supplier<String> name, ThreadFactory threads, ExecutorService executor) {
    this.url = url.reveal();
    this.name = name;
    this.threads = threads;
    this.executor = executor;
    var nowhere = new ConnectionFactory();
    BrokerAddress.apply(this.url, nowhere); // complains now about what is no URI
    this.address = BrokerAddress.describe(nowhere);
  }

  /** A connection that carries our name, and the purpose, in the broker's lists. */
  public Connection open(String purpose) throws IOException, TimeoutException {
    String full = purpose.isEmpty() ? name.get() : name.get() + " " + purpose;
    return factory().newConnection(full);
  }

  private ConnectionFactory factory() {
    ConnectionFactory factory = BoundedFrameHandler.connections(BoundedFrameHandler.LARGEST_BODY);
    BrokerAddress.apply(url, factory);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setRequestedHeartbeat((int) HEARTBEAT.toSeconds());
    factory.setConnectionTimeout((int) CONNECT_TIMEOUT.toMillis());
    factory.setHandshakeTimeout((int) CONNECT_TIMEOUT.toMillis());
    factory.setChannelRpcTimeout((int) CALL_TIMEOUT.toMillis());
    factory.setExceptionHandler(new Exceptions());
    factory.setThreadFactory(threads);
    factory.setSharedExecutor(executor);
    return factory;
  }

  /** Where they go, without credentials. */
  public String address() {
    return address;
  }

  /**
   * What goes wrong on the client's own threads. Closes the channel of a consumer that throws, as
   * by default.
   */
  private static final class Exceptions extends DefaultExceptionHandler {

    @Override
    public void handleUnexpectedConnectionDriverException(
        Connection connection, Throwable exception) {
      LOG.fine(() -> "A connection broke: " + BrokerErrors.of(exception)); // who uses it says so
    }

    @Override
    protected void log(String message, Throwable exception) {
      LOG.warning(() -> message + ": " + SafeExceptionText.describe(exception));
    }
  }
}
