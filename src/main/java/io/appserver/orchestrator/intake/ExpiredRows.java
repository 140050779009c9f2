package io.appserver.orchestrator.intake;

import java.time.Duration;

/**
 * Rows of the orchestrator's tables that nobody needs any more. Ages are counted by the database's
 * clock. Each method is one transaction, deletes so many rows at most and returns how many it
 * deleted; its cost grows with that number and not with what is kept.
 */
public interface ExpiredRows {

  /** Closed events, and the used-up work rows of their apps. */
  int deleteEvents(Duration age, int most);

  /** What happened to apps, and the used-up work rows of those that have nothing else. */
  int deleteHistory(Duration age, int most);

  /** What was asked of the engine and was answered. */
  int deleteActs(Duration age, int most);

  /** Counts of messages that began and did not end, and never came again. */
  int deleteRedeliveries(Duration age, int most);

  /** What operators asked for about apps that nobody knows any more. */
  int deleteRequests(Duration age, int most);

  /** Deployments that were stopped and have no data. */
  int deleteDeployments(Duration age, int most);
}
