package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.AppName;

/**
 * What a plan has for one app.
 *
 * @param why in words, for people
 */
public record PlannedAction(AppName app, Action action, String why) {

  /** What is to be done. */
  public enum Action {
    /** Runs as it should: not touched, only watched. */
    KEEP(false),
    /** Waits, failed, or is held: for a reason that still holds. */
    REST(false),
    /** Belongs to another node. */
    ELSEWHERE(false),
    /** Should run, and nothing was done for it yet. */
    INSTALL(true),
    /** Its container is there and does not run. */
    START(true),
    /** Its container is gone. */
    RECREATE(true),
    /** The engine's own health check says that it is not well: judged as a failed probe is. */
    CHECK(false),
    /** Its settings are not those it was made from. */
    UPDATE(true),
    /** Something was begun and not brought to its end. */
    RESUME(true),
    /** Its row was written by somebody else. */
    HEED(true),
    /** Has more containers than the one it should have. */
    TIDY(true),
    /** Should not run, and is there. */
    REMOVE(true),
    /** The platform has no row of it: removed only after a while, and few at a time. */
    ORPHAN(false);

    private final boolean work;

    Action(boolean work) {
      this.work = work;
    }

    /** Whether a look at the app is called for. */
    public boolean isWork() {
      return work;
    }
  }
}
