package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.dependency.Dependencies;
import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.EngineOutage;
import io.appserver.orchestrator.convergence.engine.Evidence;
import io.appserver.orchestrator.convergence.engine.HealthGate;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Unfinished;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.runtime.RuntimeView;
import java.time.Clock;

/** What all who run an app's container share. */
record Parts(
    Settings settings,
    Identity identity,
    AppCatalog catalog,
    Deployments deployments,
    Volumes volumes,
    RuntimeView view,
    JournaledCalls acts,
    Containers containers,
    Dependencies dependencies,
    HealthGate gate,
    DeploymentWriter ledger,
    Evidence evidence,
    EngineOutage engineTrouble,
    Unfinished unfinished,
    Clock clock) {}
