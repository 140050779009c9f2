package io.appserver.orchestrator.convergence.decide;

/** What comes next for an app. */
public sealed interface Decision {

  /** Why, in words for people. */
  String why();

  /** It runs as it should, and is watched. */
  record Keep(String why) implements Decision {}

  /** It runs, and is kept until what is to follow it is tried again. */
  record AwaitUpdate(String why) implements Decision {}

  /** It runs, and is to be asked whether it is well. */
  record Check(String why) implements Decision {}

  /** It waits, failed, or is held: for a reason that still holds. */
  record Rest(String why) implements Decision {}

  /** It should not be here, and is not. */
  record Gone(String why) implements Decision {}

  /** Another node has it. */
  record Elsewhere(String why) implements Decision {}

  /** An operator wants it on another node: it is to be handed over. */
  record Leave(String target, String why) implements Decision {}

  /** Its row is to say that it should run: nothing was done for it yet. */
  record Want(String why) implements Decision {}

  /** Somebody else wrote its row, which is to be put right. */
  record Mend(String why) implements Decision {}

  /** An operator holds it: what runs is to be stopped, and its row is to say so. */
  record Hold(String why) implements Decision {}

  /** No operator holds it any more, and its row still says so. */
  record Release(String why) implements Decision {}

  /** It failed, and is to be tried as if it were new. */
  record TryAnew(String why) implements Decision {}

  /** Its settings are others than those that it has, and are to be followed. */
  record Update(String why) implements Decision {}

  /** Its container is lost: another one is to be made. */
  record MakeAnew(String why) implements Decision {}

  /** Its container is there, and is to run. */
  record Start(String why) implements Decision {}

  /** What was begun for it is to be brought to its end. */
  record GoOn(String why) implements Decision {}

  /** What it has besides the containers that it counts on is to go. */
  record Clear(String why) implements Decision {}

  /** What is here is to go. */
  record Remove(What what, String why) implements Decision {

    /** Whose containers and rows. */
    public enum What {
      /** An app that should not run. */
      APP,
      /** An app that the platform has no row of. */
      ORPHAN,
      /** An app that bore the same name under another id. */
      PREDECESSOR,
      /** An app that another node has now. */
      LEFTOVERS
    }
  }
}
