package io.appserver.orchestrator.runtime;

/** Hears what happens at the engine. */
public interface EngineEvents {

  /** From now on nothing is missed; what was before is to be looked up. */
  void subscribed();

  /** Must return soon: the next event waits. */
  void happened(EngineEvent event);
}
