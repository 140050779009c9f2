package io.appserver.orchestrator.intake.deadletter;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The dead letters at the broker, for people to look at, send again or throw away. Callers take
 * turns, those of other processes too: one waits for the other. Whatever breaks off in the middle
 * leaves each letter where it was, or, at worst, sent again and still there.
 *
 * <p>Looking uses nothing up: the broker may count deliveries and give up what was delivered too
 * often, so a letter that was looked at before is replaced by a copy of its own, which begins anew.
 *
 * <p>Every method throws {@link DeadLetterException} if the broker does not let it.
 */
public interface DeadLetterStore {

  /**
   * How many letters wait; empty while somebody is at them, who may have some of them in hand.
   * Touches none.
   */
  OptionalInt count();

  /** The oldest letters, at most that many. None is taken out. */
  Contents oldest(int most);

  /** The whole letter. It is not taken out. */
  Optional<StoredDeadLetter> find(String id);

  /**
   * Puts the message back into the queue it came through, and takes the letter out once the broker
   * has it there. Of several with that id, the oldest.
   *
   * @return false if there is no such letter
   * @throws DeadLetterException also if that message cannot be put back
   */
  boolean replay(String id);

  /** Replays all that are there when it begins, oldest first. */
  Replayed replayAll();

  /**
   * Takes the letter out, for good. Of several with that id, the oldest.
   *
   * @return false if there is no such letter
   */
  boolean discard(String id);

  /** Takes out all that are there when it begins, for good; returns how many. */
  int discardAll();

  /**
   * What is in the box.
   *
   * @param total how many letters there are
   * @param oldest some of them, the oldest first
   */
  record Contents(int total, List<StoredDeadLetter.Summary> oldest) {
    public Contents {
      oldest = List.copyOf(oldest);
    }
  }

  /**
   * What became of the letters.
   *
   * @param replayed how many were put back
   * @param left how many stayed, because they are too large or nobody knows where they came from
   */
  record Replayed(int replayed, int left) {}
}
