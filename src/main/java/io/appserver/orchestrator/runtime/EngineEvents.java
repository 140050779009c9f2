package io.appserver.orchestrator.runtime;

/** Hears what happens at the engine. */
public interface EngineEvents {

  /**
   * From now on nothing is missed; what was before is to be looked up. Is said again if some had to
   * be dropped.
   */
  void subscribed();

  /** Must return soon: the next event waits. */
  void happened(EngineEvent event);
}
