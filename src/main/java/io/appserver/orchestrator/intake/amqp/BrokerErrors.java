package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.failure.Causes;

/** Why a call to the broker failed, in words. */
public final class BrokerErrors {

  private BrokerErrors() {}

  /**
   * The code with which the broker closed a channel or the connection; 0 if it was something else.
   */
  public static int replyCode(Throwable thrown) {
    return Causes.find(thrown, ShutdownSignalException.class)
        .map(BrokerErrors::replyCode)
        .orElse(0);
  }

  private static int replyCode(ShutdownSignalException signal) {
    return switch (signal.getReason()) {
      case AMQP.Connection.Close close -> close.getReplyCode();
      case AMQP.Channel.Close close -> close.getReplyCode();
      case null, default -> 0;
    };
  }

  public static String of(Throwable thrown) {
    return Causes.find(thrown, ShutdownSignalException.class)
        .map(BrokerErrors::of)
        .orElseGet(() -> named(Causes.root(thrown)));
  }

  private static String named(Throwable root) {
    String message = root.getMessage();
    return message == null || message.isBlank()
        ? root.getClass().getSimpleName()
        : root.getClass().getSimpleName() + ": " + message;
  }

  private static String of(ShutdownSignalException signal) {
    if (signal.getReason() instanceof AMQP.Connection.Close close) {
      return close.getReplyText();
    }
    if (signal.getReason() instanceof AMQP.Channel.Close close) {
      return close.getReplyText();
    }
    return signal.getCause() == null ? "the connection ended" : of(signal.getCause());
  }
}
