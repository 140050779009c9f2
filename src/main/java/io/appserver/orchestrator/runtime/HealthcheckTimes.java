package io.appserver.orchestrator.runtime;

import java.time.Duration;

/** How the engine runs the image's own HEALTHCHECK. */
public record HealthcheckTimes(Duration interval, Duration timeout, int retries) {}
