package io.appserver.orchestrator.deployment;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Health in the database is a lower-case word; one that is none reads as unknown. */
@Converter
public class HealthStatusConverter implements AttributeConverter<HealthStatus, String> {

  @Override
  public @Nullable String convertToDatabaseColumn(@Nullable HealthStatus status) {
    return status == null ? null : status.code();
  }

  @Override
  public HealthStatus convertToEntityAttribute(@Nullable String code) {
    if (code == null) {
      return HealthStatus.UNKNOWN;
    }
    try {
      return HealthStatus.valueOf(code.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return HealthStatus.UNKNOWN;
    }
  }
}
