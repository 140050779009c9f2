package io.appserver.orchestrator.supervision.reconcile;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Since when apps may have failed for the host's sake. It is remembered until they were tried anew,
 * however often the trouble comes and goes meanwhile.
 */
final class HostTrouble {

  private @Nullable Instant since;
  private boolean lasts;

  /** It began once more since it was asked for. */
  private boolean again;

  synchronized void began(Instant now) {
    lasts = true;
    again = true;
    if (since == null) {
      since = now;
    }
  }

  synchronized void ended() {
    lasts = false;
  }

  /** When it began that is over, and after which nothing was tried anew yet; else empty. */
  synchronized Optional<Instant> over() {
    again = false;
    return lasts ? Optional.empty() : Optional.ofNullable(since);
  }

  /** What failed since then, as it was asked for last, was tried anew. */
  synchronized void madeUpFor() {
    if (!again) {
      since = null;
    }
  }
}
