package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Gives messages back to their queue in the order they came. Of many at once a quorum queue of
 * RabbitMQ 3 loses it: it gathers what it cannot keep up with, and keeps the order of 32 at most.
 */
public final class Requeue {

  private static final int AT_ONCE = 16;

  /** A queue takes milliseconds; if others take the messages at once it is not to be seen. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private Requeue() {}

  /** Returns once the queue has them, or is not seen to have some of them for a second. */
  public static void giveBack(Channel channel, String queue, Collection<Long> tags)
      throws IOException, InterruptedException {
    List<Long> all = new ArrayList<>(tags);
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      List<Long> some = all.subList(from, Math.min(from + AT_ONCE, all.size()));
      long before = channel.messageCount(queue);
      long until = System.nanoTime() + PATIENCE.toNanos();
      for (long tag : some) {
        channel.basicNack(tag, false, true);
      }
      while (channel.messageCount(queue) < before + some.size() && System.nanoTime() - until < 0) {
        TimeUnit.MILLISECONDS.sleep(2);
      }
    }
  }
}
