package io.appserver.orchestrator.deployment;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where an app is: its node, and its data volume there. Each change makes another. */
@Embeddable
public class Place {

  @Column(name = "node")
  private @Nullable String node;

  @Column(name = "volume")
  private @Nullable String volume;

  /** None is known. */
  protected Place() {}

  public Place(Optional<String> node, Optional<String> volume) {
    this.node = node.orElse(null);
    this.volume = volume.orElse(null);
  }

  /**
   * The value of what is stored, where that is null if there is none. The persistence provider
   * writes into the stored one when it merges.
   */
  static Place copyOf(@Nullable Place stored) {
    return stored == null ? new Place() : new Place(stored.node(), stored.volume());
  }

  /** That node, without data on it. */
  static Place on(String node) {
    return new Place(Optional.of(node), Optional.empty());
  }

  /** The same data, on a node of that name. */
  Place named(String otherNode) {
    return new Place(Optional.of(otherNode), volume());
  }

  /** The same node, with that data volume or none. */
  Place with(Optional<String> otherVolume) {
    return new Place(node(), otherVolume);
  }

  public Optional<String> node() {
    return Optional.ofNullable(node);
  }

  /** The data volume that the app has on the node. */
  public Optional<String> volume() {
    return Optional.ofNullable(volume);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Place place
        && Objects.equals(node, place.node)
        && Objects.equals(volume, place.volume);
  }

  @Override
  public int hashCode() {
    return Objects.hash(node, volume);
  }

  @Override
  public String toString() {
    return "node %s, volume %s".formatted(node, volume);
  }
}
