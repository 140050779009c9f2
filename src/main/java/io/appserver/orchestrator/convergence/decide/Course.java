package io.appserver.orchestrator.convergence.decide;

import io.appserver.orchestrator.app.ContainerId;
import java.time.Instant;
import java.util.Optional;

/** With which container an app that should run, and is due, goes on. */
public sealed interface Course {

  /**
   * That one of its containers.
   *
   * @param until when what is to follow it is tried again; empty if nothing is
   * @param distrusted whether a call without an answer may still befall it
   */
  record Keep(ContainerId container, Optional<Instant> until, boolean distrusted)
      implements Course {}

  /**
   * Another one, which is to be made.
   *
   * @param recorded the one that the row counts on, if it is of use: its version may be gone back
   *     to
   * @param forgets whether what the row says of a container and its image counts no more
   */
  record Make(Optional<ContainerId> recorded, boolean forgets) implements Course {}
}
