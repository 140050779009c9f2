package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.failure.FailureCode;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What came of the tries to put something else in the place of what runs. */
@Embeddable
public class UpdateTries {

  @Column(name = "rejected_spec_hash")
  private @Nullable String rejectedSpecHash;

  @Column(name = "tried_spec_hash")
  private @Nullable String triedSpecHash;

  @Column(name = "update_due_at")
  private @Nullable Instant dueAt;

  @Column(name = "update_code")
  private @Nullable String code;

  @Column(name = "update_attempts")
  private int attempts;

  /** None was made. */
  protected UpdateTries() {}

  /** What was made from those settings did not work, for that reason. */
  public void reject(String specHash, FailureCode why) {
    rejectedSpecHash = specHash;
    areOver();
    code = why.code();
  }

  /**
   * A try with those settings came to nothing: they are no news any more, and its next try has its
   * time.
   *
   * @return whether they were others than those of the try before
   */
  public boolean failed(String specHash) {
    boolean others = !tried(specHash);
    triedSpecHash = specHash;
    if (refused(specHash)) {
      rejectedSpecHash = null; // it was tried again, and that is to be followed up
    }
    return others;
  }

  /** Counts a try that failed with the code; counting starts anew when the code changes. */
  public int count(FailureCode why) {
    attempts = why.code().equals(code) ? attempts + 1 : 1;
    code = why.code();
    return attempts;
  }

  /** What runs is kept until then; then what is to follow it is tried again. */
  public void waitUntil(Instant due) {
    dueAt = due;
  }

  /** The next try is made now, or not at all. */
  void waitNoMore() {
    dueAt = null;
  }

  /**
   * What runs is what is wanted, or goes on in place of what was refused. What was refused before
   * others were tried may be tried when it is wanted again.
   */
  public void forgetOthersThan(String specHash) {
    boolean refused = triedSpecHash == null && refused(specHash);
    String why = code;
    areOver();
    if (refused) {
      code = why;
    } else {
      rejectedSpecHash = null;
    }
  }

  /** What runs is what is wanted, or nothing runs. */
  void areOver() {
    triedSpecHash = null;
    dueAt = null;
    code = null;
    attempts = 0;
  }

  /** What was refused may do now. */
  void forget() {
    areOver();
    rejectedSpecHash = null;
  }

  /** Why what is to follow what runs is not there, if it waits or was refused. */
  public Optional<FailureCode> code() {
    return Optional.ofNullable(code).flatMap(FailureCode::ofCode);
  }

  /** Whether what is to follow what runs waits for its next try. */
  public boolean areWaiting() {
    return dueAt != null;
  }

  /** When what is to follow what runs is tried again, if it waits. */
  public Optional<Instant> dueAt() {
    return Optional.ofNullable(dueAt);
  }

  /** When what is made from those settings is tried again in place of what runs, if it waits. */
  public Optional<Instant> dueAt(String specHash) {
    return dueAt().filter(due -> tried(specHash));
  }

  /** Whether the reason is why what is to follow what runs is not there. */
  public boolean areExplainedBy(Reason reason) {
    return code != null && reason.code().filter(code::equals).isPresent();
  }

  boolean tried(String specHash) {
    return specHash.equals(triedSpecHash);
  }

  boolean refused(String specHash) {
    return specHash.equals(rejectedSpecHash);
  }

  /** Whether there is something left of what was tried in place of what runs. */
  public boolean areUnderWay() {
    return triedSpecHash != null || dueAt != null;
  }

  /** The settings that did not work when they were tried last. */
  public Optional<String> rejectedSpecHash() {
    return Optional.ofNullable(rejectedSpecHash);
  }

  /** The settings that a try came to nothing with, and that are tried again. */
  public Optional<String> triedSpecHash() {
    return Optional.ofNullable(triedSpecHash);
  }

  /** How often what is to follow what runs was tried in vain. */
  int attempts() {
    return attempts;
  }
}
