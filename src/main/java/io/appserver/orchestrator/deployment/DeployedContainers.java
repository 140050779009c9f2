package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.app.ContainerId;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The container of an app, what it was made from, and the one that is kept aside. */
@Embeddable
public class DeployedContainers {

  @Column(name = "container_id")
  private @Nullable String id;

  @Column(name = "spec_hash")
  private @Nullable String specHash;

  private int generation;

  @Column(name = "wanted_generation")
  private int wantedGeneration;

  private boolean proven;

  @Column(name = "previous_container_id")
  private @Nullable String previousId;

  @Column(name = "previous_spec_hash")
  private @Nullable String previousSpecHash;

  /** None was made yet. */
  protected DeployedContainers() {}

  void made(ContainerId id, String specHash, int generation) {
    this.id = id.value();
    this.specHash = specHash;
    this.generation = generation;
    wantedGeneration = Math.min(wantedGeneration, generation);
    proven = false;
  }

  /** The present one is healthy: what was kept aside is not gone back to any more. */
  void prove() {
    proven = true;
    forgetPrevious();
  }

  /** Nothing came of those settings. */
  void failed(String specHash) {
    this.specHash = specHash;
    proven = false;
  }

  /** Those settings were tried, and nothing came of it yet. */
  public void tried(String specHash) {
    this.specHash = specHash;
  }

  /** Nothing older than the next container will do. */
  void wantNext() {
    wantedGeneration = generation + 1;
  }

  /** What runs will do after all. */
  public void wantAny() {
    wantedGeneration = 0;
  }

  /** There is no container any more. */
  void forget() {
    id = null;
    proven = false;
  }

  /** The container is kept aside until its successor is healthy. */
  public void keepPrevious() {
    previousId = id;
    previousSpecHash = specHash;
    id = null;
  }

  /** The container that was kept aside is the one again. */
  public void restorePrevious() {
    id = previousId;
    specHash = previousSpecHash;
    proven = true; // only what was healthy is replaced with a way back
    forgetPrevious();
  }

  public void forgetPrevious() {
    previousId = null;
    previousSpecHash = null;
  }

  /** Empty, too, where somebody wrote a blank text into the row. */
  public Optional<ContainerId> id() {
    return Optional.ofNullable(id).flatMap(ContainerId::parse);
  }

  /** The container that waits, stopped, for its successor to become healthy. */
  public Optional<ContainerId> previousId() {
    return Optional.ofNullable(previousId).flatMap(ContainerId::parse);
  }

  /** The settings that the container was made from, or that were tried last. */
  public Optional<String> specHash() {
    return Optional.ofNullable(specHash);
  }

  public int generation() {
    return generation;
  }

  /** The lowest generation that will do; 0 if any. */
  public int wantedGeneration() {
    return wantedGeneration;
  }

  /** Whether the container was healthy once: what then befalls it is answered by restarts. */
  public boolean proven() {
    return proven;
  }

  /** Whether there is a container that was healthy once, and was not given up since. */
  public boolean areProven() {
    return proven && id().isPresent();
  }
}
