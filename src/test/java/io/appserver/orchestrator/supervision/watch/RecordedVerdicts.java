package io.appserver.orchestrator.supervision.watch;

import io.appserver.orchestrator.app.AppName;
import java.util.ArrayList;
import java.util.List;

/** Keeps what it is told. */
public final class RecordedVerdicts implements Verdicts {

  /** Apps that are to be looked at, on trial or not. */
  final List<String> sick = new ArrayList<>();

  final List<String> trials = new ArrayList<>();
  final List<String> host = new ArrayList<>();

  @Override
  public void sick(AppName app) {
    sick.add(app.value());
  }

  @Override
  public void onTrial(AppName app) {
    sick.add(app.value());
    trials.add(app.value());
  }

  @Override
  public void hostTroubleBegan() {
    host.add("began");
  }

  @Override
  public void hostTroubleEnded() {
    host.add("ended");
  }
}
