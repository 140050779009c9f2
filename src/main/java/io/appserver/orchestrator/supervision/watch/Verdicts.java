package io.appserver.orchestrator.supervision.watch;

import io.appserver.orchestrator.app.AppName;

/** Is told what failing health checks are taken for; must return soon. */
public interface Verdicts {

  /** The app's probes fail. */
  void sick(AppName app);

  /** The app's probes fail with those of many others: restarting it shows whether that helps. */
  void onTrial(AppName app);

  /** Many fail at once, of which the apps are not at fault. */
  void hostTroubleBegan();

  /** What failed meanwhile may have failed because of it. */
  void hostTroubleEnded();
}
