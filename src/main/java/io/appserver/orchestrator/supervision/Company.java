package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.operation.Presence;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Who else of this installation is at work, by what an instance learns each time it says that it is
 * alive. An instance of another node has that node seen. One of the same node is noticed because
 * the row was written by somebody since this instance wrote it last.
 */
final class Company {

  /**
   * What was learnt this long ago says nothing any more: who is alone asks every 4 s, and has
   * missed two times then.
   */
  static final Duration FRESH = Duration.ofSeconds(9);

  private final LongSupplier nanoTime;
  private Optional<Instant> lastSeen = Optional.empty();
  private Optional<String> engine = Optional.empty();
  private long learntAt;
  private long metAt;

  Company(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Who begins may have been followed, or be followed, by others: that counts as company. */
  synchronized void note(String node, Presence presence) {
    long now = nanoTime.getAsLong();
    Optional<Instant> before = presence.row().map(Presence.Row::seenBefore);
    boolean met =
        lastSeen.isEmpty()
            || !lastSeen.equals(before)
            || presence.nodes().stream()
                .anyMatch(other -> other.alive() && !other.name().equals(node));
    if (met) {
      metAt = now;
    }
    lastSeen = presence.row().map(Presence.Row::seenNow);
    engine = presence.row().map(Presence.Row::engineId);
    learntAt = now;
  }

  /** Whether nobody else was at work for {@link Nodes#PATIENCE}; false if that is not known. */
  synchronized boolean isAlone() {
    return isFresh() && nanoTime.getAsLong() - metAt > Nodes.PATIENCE.toNanos();
  }

  /** The id of the engine that has the node's name; empty if that is not known. */
  synchronized Optional<String> engineOfNode() {
    return isFresh() ? engine : Optional.empty();
  }

  /** It could not say that it is alive: what it learnt before may not be so any more. */
  synchronized void missed() {
    lastSeen = Optional.empty();
  }

  private boolean isFresh() {
    return lastSeen.isPresent() && nanoTime.getAsLong() - learntAt <= FRESH.toNanos();
  }
}
