package io.appserver.orchestrator.convergence.work;

/**
 * Changing calls to the engine, so many of a kind at once and no more. The kinds never wait for
 * each other: a slow install keeps no crashed app down and no uninstalled one up.
 *
 * @param installs make what a new container needs, and the container, and start it
 * @param starts start a container again that had run before
 * @param ends stop, rename and remove
 */
public record Lanes(Lane installs, Lane starts, Lane ends) {

  /**
   * Lanes for that many acts at a time.
   *
   * @param most of each kind at once; from 1
   */
  public static Lanes of(int most, TimeSource time) {
    return new Lanes(new Lane(most, time), new Lane(most, time), new Lane(most, time));
  }
}
