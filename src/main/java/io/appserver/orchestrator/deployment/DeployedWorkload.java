package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.app.ContainerId;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an app runs as: its containers, their image, how well they are, and what is to follow. */
@Embeddable
public class DeployedWorkload {

  @Embedded private DeployedContainers containers = new DeployedContainers();

  @Embedded private UpdateTries updates = new UpdateTries();

  /** The persistence provider has null where all columns of a part are. */
  @Embedded private @Nullable DeployedImage image;

  /** As {@link #image}: an earlier orchestrator's table may have no status. */
  @Embedded private @Nullable ObservedHealth health = new ObservedHealth();

  /** There is none yet. */
  protected DeployedWorkload() {}

  void isOf(DeployedImage other) {
    image = other;
  }

  /** The tag is to be resolved again before the next create. */
  void forgetImage() {
    image = image().withoutId();
  }

  /** A container is there, not started yet. */
  void made(ContainerId container, String specHash, int generation) {
    containers.made(container, specHash, generation);
    updates.areOver();
    health = health().unknown();
  }

  void starting(Instant now) {
    health = health().starting(now);
  }

  void unhealthy() {
    health = health().unhealthy();
  }

  void healthy(Instant now) {
    health = health().healthy(now);
    containers.prove();
  }

  /** Is healthy since then, if it was not before. */
  void healthyStill(Instant now) {
    health = health().healthyStill(now);
  }

  /** Stays stopped. */
  void held() {
    health = health().unknown().ended();
  }

  /** Nothing came of those settings. */
  void failed(String specHash) {
    containers.failed(specHash);
    health = health().ended();
    updates.areOver();
  }

  /** Nothing older than the next container will do. */
  void replace() {
    containers.wantNext();
    updates.forget();
  }

  /** The present container is not there any more. */
  void forgetContainer() {
    containers.forget();
    updates.waitNoMore();
    health = health().ofNothing();
  }

  /** There is no container any more, be it kept aside. */
  void forgetContainers() {
    forgetContainer();
    containers.forgetPrevious();
  }

  /** It is asked by those settings whether it is well; what was refused under others may do now. */
  void asksBy(String hash) {
    if (health().isAskedByOthersThan(hash)) {
      updates.forget();
    }
    health = health().askedBy(hash);
  }

  /** Nothing runs, and nothing is to. */
  void stopped() {
    forgetContainers();
    health = health().askedByNone();
  }

  /** Begins anew: what was refused may do now, and the tag is to be resolved again. */
  void renew() {
    updates.forget();
    forgetImage();
  }

  DeployedContainers containers() {
    return containers;
  }

  UpdateTries updates() {
    return updates;
  }

  DeployedImage image() {
    return image == null ? new DeployedImage() : image;
  }

  ObservedHealth health() {
    return health == null ? new ObservedHealth() : health;
  }
}
