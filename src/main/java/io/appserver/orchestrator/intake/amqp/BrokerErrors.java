package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;

/** Why a call to the broker failed, in words. */
public final class BrokerErrors {

  private BrokerErrors() {}

  /**
   * The code with which the broker closed a channel or the connection; 0 if it was something else.
   */
  public static int replyCode(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < 10; depth++) {
      if (cause instanceof ShutdownSignalException signal) {
        return switch (signal.getReason()) {
          case AMQP.Connection.Close close -> close.getReplyCode();
          case AMQP.Channel.Close close -> close.getReplyCode();
          case null, default -> 0;
        };
      }
      cause = cause.getCause();
    }
    return 0;
  }

  public static String of(Throwable thrown) {
    Throwable root = thrown;
    for (int depth = 0; root.getCause() != null && depth < 10; depth++) {
      if (root instanceof ShutdownSignalException) {
        break;
      }
      root = root.getCause();
    }
    if (root instanceof ShutdownSignalException signal) {
      return of(signal);
    }
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
