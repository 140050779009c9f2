package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.ConnectionFactory;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;

/** Where the broker is, by an {@code amqp://} or {@code amqps://} URI. */
final class BrokerAddress {

  private BrokerAddress() {}

  /**
   * Has the factory connect to that URI.
   *
   * @throws IllegalArgumentException if it is no such URI; the message does not repeat it, for it
   *     may hold a password
   */
  static void apply(String uri, ConnectionFactory factory) {
    try {
      factory.setUri(uri);
      if (factory.getVirtualHost().isEmpty()) {
        factory.setVirtualHost("/"); // the client reads the path "/" as a vhost without a name
      }
      if (factory.isSSL()) {
        factory.useSslProtocol(SSLContext.getDefault()); // the client's default trusts everyone
        factory.enableHostnameVerification();
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "APPSERVER_RABBITMQ_URL is not an amqp:// or amqps:// URI");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("TLS to the broker cannot be set up", e);
    }
  }

  /** In words, without credentials. */
  static String describe(ConnectionFactory factory) {
    String vhost = factory.getVirtualHost();
    return "%s://%s:%d/%s"
        .formatted(
            factory.isSSL() ? "amqps" : "amqp",
            factory.getHost(),
            factory.getPort(),
            vhost.equals("/") ? "" : vhost);
  }
}
