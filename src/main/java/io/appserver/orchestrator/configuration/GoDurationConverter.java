package io.appserver.orchestrator.configuration;

import java.time.Duration;
import org.eclipse.microprofile.config.spi.Converter;

/** Lets {@code @ConfigProperty Duration} take Go's spelling; found by ServiceLoader. */
public final class GoDurationConverter implements Converter<Duration> {
  private static final long serialVersionUID = 1L;

  @Override
  public Duration convert(String value) {
    return GoDuration.parse(value.strip());
  }
}
