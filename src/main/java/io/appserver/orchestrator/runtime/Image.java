package io.appserver.orchestrator.runtime;

import java.util.List;

/**
 * An image the engine has.
 *
 * @param id the content's id, {@code sha256:…}: what containers are made from
 * @param digest the registry's digest of the manifest it was pulled by, or empty
 * @param healthcheck the HEALTHCHECK's test as the image has it ({@code CMD …} or {@code CMD-SHELL
 *     …}); empty without one or with {@code NONE}
 * @param volumes the absolute paths that it declares a VOLUME, in order, each once
 */
public record Image(String id, String digest, List<String> healthcheck, List<String> volumes) {
  public Image {
    healthcheck = List.copyOf(healthcheck);
    volumes = List.copyOf(volumes);
  }

  /** One of which nothing is to be made. */
  public Image(String id, String digest, List<String> healthcheck) {
    this(id, digest, healthcheck, List.of());
  }
}
