package io.appserver.orchestrator.intake.amqp.consume;

import io.appserver.orchestrator.intake.EventIntake;
import io.appserver.orchestrator.intake.event.Message;
import io.appserver.orchestrator.intake.store.SafeExceptionText;
import java.io.IOException;
import java.util.List;
import java.util.logging.Logger;

/**
 * Takes in what was delivered before, perhaps to a process that one of the messages brought to its
 * end. Whoever begins with them counts that, and takes it back in the end. If they were begun twice
 * without an end, each is begun by itself; what was begun too often is parked among the dead
 * letters.
 */
final class Redeliveries {

  private static final Logger LOG = Logger.getLogger(Redeliveries.class.getName());

  private final EventIntake intake;
  private final DeliverySettlement settlement;

  Redeliveries(EventIntake intake, DeliverySettlement settlement) {
    this.intake = intake;
    this.settlement = settlement;
  }

  /** Returns whether it goes on with what came behind them. */
  boolean settle(List<Delivery> batch) throws IOException, InterruptedException {
    List<Message> messages = batch.stream().map(Delivery::message).toList();
    int begun;
    try {
      boolean suspect = batch.size() > 1 && intake.mostBegun(messages) > 1;
      begun = suspect ? 0 : intake.begin(messages);
    } catch (RuntimeException e) {
      if (!intake.databaseAnswers()) {
        settlement.stepBack();
        return false;
      }
      LOG.warning(() -> "Redeliveries could not be counted: " + SafeExceptionText.describe(e));
      begun = 1;
    }
    if (begun == 0) {
      return settleOneByOne(batch);
    }
    boolean goesOn;
    try {
      goesOn =
          (batch.size() == 1 && begun > DeadLettering.MOST_ATTEMPTS)
              ? settlement.conclude(
                  batch, List.of(DeadLettering.endedTheProcess(begun - 1)), begun - 1)
              : settlement.settle(batch);
    } catch (IOException | InterruptedException e) {
      intake.end(messages); // that was not their doing
      throw e;
    }
    intake.end(messages);
    return goesOn;
  }

  private boolean settleOneByOne(List<Delivery> batch) throws IOException, InterruptedException {
    for (Delivery delivery : batch) {
      if (!settle(List.of(delivery))) {
        return false;
      }
    }
    return true;
  }
}
