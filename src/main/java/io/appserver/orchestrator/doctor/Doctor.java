package io.appserver.orchestrator.doctor;

import jakarta.inject.Singleton;
import java.util.List;

/** Examines everything the orchestrator needs; reads only. */
@Singleton
public class Doctor {

  /** What was found, in the order in which a start needs the parts. Takes a few seconds at most. */
  public List<Finding> examine() {
    return List.of();
  }
}
