package io.appserver.orchestrator.convergence.workload;

/** What is stored of what an engine has of one app. Only the engine's own control reads it. */
public interface Recalled {}
