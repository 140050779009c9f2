package io.appserver.orchestrator.deployment;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The image that a container is made from, or was last. */
@Embeddable
public class DeployedImage {

  @Column(name = "image_reference")
  private @Nullable String reference;

  @Column(name = "image_id")
  private @Nullable String id;

  @Column(name = "image_digest")
  private @Nullable String digest;

  /** None is known. */
  protected DeployedImage() {}

  DeployedImage(String reference, String id, String digest) {
    this.reference = reference;
    this.id = id;
    this.digest = digest;
  }

  /** It is looked for again before the next container is made, be it under the same tag. */
  DeployedImage withoutId() {
    var image = new DeployedImage();
    image.reference = reference;
    image.digest = digest;
    return image;
  }

  public Optional<String> reference() {
    return Optional.ofNullable(reference);
  }

  /** The engine's own; empty if the tag is to be resolved again. */
  public Optional<String> id() {
    return Optional.ofNullable(id);
  }

  public Optional<String> digest() {
    return Optional.ofNullable(digest);
  }
}
