package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a state lasts, and when the app is looked at again for it. Each change makes another. */
@Embeddable
public class Reason {

  @Column(name = "reason_code")
  private @Nullable String code;

  @Column(name = "reason_message")
  private @Nullable String message;

  @Column(name = "next_look_at")
  private @Nullable Instant nextLookAt;

  /** There is none. */
  protected Reason() {}

  public Reason(Optional<String> code, Optional<String> message, Optional<Instant> nextLookAt) {
    this.code = code.orElse(null);
    this.message = message.orElse(null);
    this.nextLookAt = nextLookAt.orElse(null);
  }

  static Reason none() {
    return new Reason();
  }

  /**
   * The value of what is stored, where that is null if there is none. The persistence provider
   * writes into the stored one when it merges.
   */
  static Reason copyOf(@Nullable Reason stored) {
    return stored == null
        ? none()
        : new Reason(stored.code(), stored.message(), stored.nextLookAt());
  }

  /** The failure, until somebody does something about it. */
  static Reason of(Failure failure) {
    return of(failure, Optional.empty());
  }

  /** The failure, until then if there is a time. */
  static Reason of(Failure failure, Optional<Instant> nextLookAt) {
    return new Reason(
        Optional.of(failure.code().code()), Optional.of(failure.message()), nextLookAt);
  }

  /** The same, which could not be stored in its own words. */
  Reason in(String words) {
    return message == null ? this : new Reason(code(), Optional.of(words), nextLookAt());
  }

  /** As it is stored: somebody may have written any text. */
  public Optional<String> code() {
    return Optional.ofNullable(code);
  }

  /** Empty if there is none, or one that this version does not know. */
  public Optional<FailureCode> failureCode() {
    return code().flatMap(FailureCode::ofCode);
  }

  /** Whether it is that code. */
  public boolean is(FailureCode other) {
    return other.code().equals(code);
  }

  /** Whether it is that failure, in the same words. */
  public boolean says(Failure failure) {
    return is(failure.code()) && failure.message().equals(message);
  }

  public Optional<String> message() {
    return Optional.ofNullable(message);
  }

  public Optional<Instant> nextLookAt() {
    return Optional.ofNullable(nextLookAt);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Reason reason
        && Objects.equals(code, reason.code)
        && Objects.equals(message, reason.message)
        && Objects.equals(nextLookAt, reason.nextLookAt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(code, message, nextLookAt);
  }

  @Override
  public String toString() {
    return "%s: %s, until %s".formatted(code, message, nextLookAt);
  }
}
