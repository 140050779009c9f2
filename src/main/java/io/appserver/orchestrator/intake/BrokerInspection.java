package io.appserver.orchestrator.intake;

/** A look at the broker over a connection of its own, which declares and takes nothing. */
public interface BrokerInspection {

  /** Takes as long as the broker does. */
  BrokerReport inspect();
}
