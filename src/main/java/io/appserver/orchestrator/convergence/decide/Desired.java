package io.appserver.orchestrator.convergence.decide;

import io.appserver.orchestrator.app.App;

/** What the platform says should become of an app. */
public sealed interface Desired {

  /** It should run. */
  record Installed(App app) implements Desired {}

  /** It should not run. */
  record NotInstalled() implements Desired {}

  /** The platform has no row of it. */
  record Unknown() implements Desired {}

  /**
   * It cannot be told whether the app should run.
   *
   * @param why not, in words
   */
  record Unclear(String why) implements Desired {}
}
