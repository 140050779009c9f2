package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.container.RuntimeView;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import java.time.Clock;

/** What all looks share. */
record Parts(
    Settings settings,
    Identity identity,
    AppCatalog catalog,
    Deployments deployments,
    Volumes volumes,
    Wishes wishes,
    RuntimeView view,
    Acts acts,
    Containers containers,
    Dependencies dependencies,
    HealthGate gate,
    Ledger ledger,
    Evidence evidence,
    EngineTrouble engineTrouble,
    Clock clock) {}
