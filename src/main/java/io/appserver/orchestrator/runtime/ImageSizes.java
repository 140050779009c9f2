package io.appserver.orchestrator.runtime;

import java.util.OptionalLong;

/** How much there is to pull, as the registry says. */
public interface ImageSizes {

  /**
   * Bytes of all layers as they are sent; layers that the engine has already included. Empty if the
   * registry does not say.
   */
  OptionalLong compressed(ImageReference image);
}
