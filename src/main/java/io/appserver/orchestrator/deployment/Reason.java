package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a state lasts, and when the app is looked at again for it. */
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

  Reason(Failure failure, @Nullable Instant nextLookAt) {
    this(failure.code().code(), failure.message(), nextLookAt);
  }

  private Reason(@Nullable String code, @Nullable String message, @Nullable Instant nextLookAt) {
    this.code = code;
    this.message = message;
    this.nextLookAt = nextLookAt;
  }

  /** The same, which could not be stored in its own words. */
  Reason in(String words) {
    return message == null ? this : new Reason(code, words, nextLookAt);
  }

  /** As it is stored: somebody may have written any text. */
  public Optional<String> code() {
    return Optional.ofNullable(code);
  }

  /** Empty if there is none, or one that this version does not know. */
  public Optional<FailureCode> failureCode() {
    return code().flatMap(FailureCode::ofCode);
  }

  public Optional<String> message() {
    return Optional.ofNullable(message);
  }

  public Optional<Instant> nextLookAt() {
    return Optional.ofNullable(nextLookAt);
  }
}
