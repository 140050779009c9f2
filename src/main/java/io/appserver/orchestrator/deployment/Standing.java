package io.appserver.orchestrator.deployment;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How an app stands: its state and the reason, and what the orchestrator wrote of that last. */
@Embeddable
public class Standing {

  @Convert(converter = StateConverter.class)
  @Column(nullable = false)
  private DeploymentState state = DeploymentState.PENDING;

  @Convert(converter = StateConverter.class)
  @Column(name = "last_written_state")
  private @Nullable DeploymentState lastWrittenState;

  /** The persistence provider has null where all columns of a part are. */
  @Embedded private @Nullable Reason reason;

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt;

  @Column(name = "updated_at", nullable = false)
  private Instant updatedAt;

  /** For the persistence provider. */
  @SuppressWarnings("NullAway.Init")
  protected Standing() {}

  /** Waits, and was not written yet. */
  Standing(Instant now) {
    this.createdAt = now;
    this.updatedAt = now;
  }

  /**
   * Goes to another state, or stays in the same.
   *
   * @param why it does
   * @param appName says whose state it is where that is refused
   * @throws IllegalStateException if the present state must not become that one
   */
  void become(DeploymentState next, Reason why, @Nullable String appName) {
    if (state != next && !state.mayBecome(next)) {
      throw new IllegalStateException(
          "app_name=%s must not go from %s to %s".formatted(appName, state, next));
    }
    state = next;
    because(why);
  }

  /** There is another reason for the present state, or none any more. */
  void because(Reason why) {
    reason = why;
  }

  /** Is stored as it is. */
  void written(Instant now) {
    lastWrittenState = state;
    updatedAt = now;
  }

  DeploymentState state() {
    return state;
  }

  Reason reason() {
    return Reason.copyOf(reason);
  }

  /** Whether somebody else wrote the state since we did. */
  boolean changedByHand() {
    return lastWrittenState != null && lastWrittenState != state;
  }

  /** The state this program wrote last; another than the present one if that was set by hand. */
  public Optional<DeploymentState> lastWrittenState() {
    return Optional.ofNullable(lastWrittenState);
  }

  /** When the orchestrator wrote the row last. */
  public Instant updatedAt() {
    return updatedAt;
  }
}
