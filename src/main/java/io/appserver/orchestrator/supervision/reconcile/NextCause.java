package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.convergence.signal.Cause;
import java.util.Optional;
import java.util.stream.Stream;

/** Why all is to be compared next, if it is. */
final class NextCause {

  private Optional<Cause> wanted = Optional.empty();

  /**
   * Keeps the one that asks for most: an end is excused at a start, and a pause ended by the
   * engine.
   *
   * @param underWay that of the comparison that is being carried out: it counts too, as it is begun
   *     anew with the new cause
   */
  void want(Cause cause, Optional<Cause> underWay) {
    Optional<Cause> before = wanted;
    wanted =
        Stream.of(Cause.ENGINE_BACK, Cause.START_UP)
            .filter(strong ->
                Stream.of(Optional.of(cause), underWay, before)
                    .flatMap(Optional::stream)
                    .anyMatch(strong::equals))
            .findFirst()
            .or(() -> Optional.of(cause));
  }

  /** Empty if nothing is to be compared. */
  Optional<Cause> wanted() {
    return wanted;
  }

  /** It is begun. */
  void begun() {
    wanted = Optional.empty();
  }
}
