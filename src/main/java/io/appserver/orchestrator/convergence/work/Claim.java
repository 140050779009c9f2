package io.appserver.orchestrator.convergence.work;

import io.appserver.orchestrator.convergence.signal.Cause;
import java.util.List;

/**
 * A lease with what was to be looked at when it was taken.
 *
 * @param signalSeq the last signal given; what a look that begins now covers
 * @param renews whether one of the signals not handled yet may wake what has failed
 * @param causes of the signals not handled yet, in words
 */
public record Claim(Lease lease, long signalSeq, boolean renews, String causes) {

  public boolean causedBy(Cause cause) {
    return List.of(causes.split(", ")).contains(cause.word());
  }

  /** Whether what is paused need not wait any longer. */
  public boolean endsPause() {
    return renews || Cause.endsPause(causes);
  }
}
