package io.appserver.orchestrator.deployment;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.jspecify.annotations.Nullable;

/**
 * States in the database are lower-case words. A word that is none, written by hand, reads as
 * pending: look again.
 */
@Converter
public class StateConverter implements AttributeConverter<DeploymentState, String> {

  @Override
  public @Nullable String convertToDatabaseColumn(@Nullable DeploymentState state) {
    return state == null ? null : state.code();
  }

  @Override
  public @Nullable DeploymentState convertToEntityAttribute(@Nullable String code) {
    if (code == null) {
      return null;
    }
    try {
      return DeploymentState.ofCode(code.strip());
    } catch (IllegalArgumentException e) {
      return DeploymentState.PENDING;
    }
  }
}
