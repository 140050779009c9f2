package io.appserver.orchestrator.convergence.engine;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.environment.ContainerEnvironment;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.HealthcheckTimes;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.util.List;
import java.util.Optional;

/** What an app's container is to be, by the app's settings and the operator's. */
final class ContainerSpecs {

  private final Settings settings;
  private final Identity identity;

  ContainerSpecs(Settings settings, Identity identity) {
    this.settings = settings;
    this.identity = identity;
  }

  ContainerSpec of(
      Lease lease, App app, Spec wanted, int generation, Image image, List<VolumeMount> volumes) {
    int port = wanted.port();
    AppSettings appSettings = wanted.settings();
    var own = settings.containers();
    var checks = settings.healthChecks();
    return new ContainerSpec(
        ContainerName.of(own.namePrefix(), app.name()),
        image.id(),
        new ContainerLabels(
            identity.installation(),
            identity.node(),
            app.id(),
            app.name(),
            generation,
            wanted.hash(),
            lease.fence(),
            wanted.healthHash()),
        ContainerEnvironment.of(settings, app.id(), app.name(), port).reveal(),
        own.networkName(),
        port,
        appSettings.publishPort(),
        appSettings.memoryMb().orElse(own.memoryMb()),
        appSettings.cpuShares().orElse(own.cpuShares()),
        own.pidsLimit(),
        volumes,
        image.healthcheck().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new HealthcheckTimes(checks.interval(), checks.timeout(), checks.retries())));
  }
}
