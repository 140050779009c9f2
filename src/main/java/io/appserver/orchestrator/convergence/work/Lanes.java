package io.appserver.orchestrator.convergence.work;

import java.time.Duration;

/**
 * Changing calls to the engine, so many of a kind at once and no more. The kinds never wait for
 * each other: a slow install keeps no crashed app down and no uninstalled one up. Nor does a slow
 * call keep others of its kind waiting for long: it goes on, and another may begin.
 *
 * @param installs make what a new container needs, and the container, and start it
 * @param starts start a container again that had run before
 * @param ends stop, rename and remove
 */
public record Lanes(Lane installs, Lane starts, Lane ends) {

  /**
   * A start takes 10 s on a busy host (ADR 12): what takes longer has more to do with its app than
   * with the host. Most calls end after two minutes, eight times as long; so with four places
   * hardly more than 32 are slow at once. Otherwise this is the bound, for the engine's sake.
   */
  public static final Lane.Patience PATIENCE = new Lane.Patience(Duration.ofSeconds(15), 32);

  /**
   * Lanes for that many acts at a time, besides slow ones.
   *
   * @param most of each kind at once; from 1
   */
  public static Lanes of(int most, Lane.Patience patience, TimeSource time) {
    return new Lanes(
        new Lane(most, patience, time),
        new Lane(most, patience, time),
        new Lane(most, patience, time));
  }
}
