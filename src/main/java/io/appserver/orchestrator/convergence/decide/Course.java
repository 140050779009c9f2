package io.appserver.orchestrator.convergence.decide;

import io.appserver.orchestrator.app.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How an app that should run goes on. */
public sealed interface Course {

  /** With settings that can be followed. */
  sealed interface Followed extends Course {}

  /** With settings that are wrong. */
  sealed interface Refused extends Course {}

  /**
   * It is left as it is.
   *
   * @param pause until it is looked at again; empty if it has failed, and stays so
   */
  record Rest(Optional<Duration> pause) implements Refused {}

  /**
   * That one of its containers goes on.
   *
   * @param until when what is to follow it is tried again; empty if nothing is
   * @param distrusted whether a call without an answer may still befall it
   */
  record Keep(ContainerId container, Optional<Instant> until, boolean distrusted)
      implements Followed, Refused {}

  /**
   * Another container is to be made.
   *
   * @param recorded the one that the row counts on, if it is of use: its version may be gone back
   *     to
   * @param forgets whether what the row says of a container and its image counts no more
   */
  record Make(Optional<ContainerId> recorded, boolean forgets) implements Followed {}

  /** What is wrong with its settings is news: that is a try that has failed. */
  record Fail() implements Refused {}
}
