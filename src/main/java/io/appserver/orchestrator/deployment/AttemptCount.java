package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.failure.FailureCode;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import org.jspecify.annotations.Nullable;

/** How often the same was tried in vain. */
@Embeddable
public class AttemptCount {

  @Column(name = "attempts")
  private int count;

  @Column(name = "attempt_code")
  private @Nullable String code;

  /** None was made. */
  protected AttemptCount() {}

  /** Counts a try that failed with the code; counting starts anew when the code changes. */
  public int count(FailureCode why) {
    count = countIfAnother(why);
    code = why.code();
    return count;
  }

  /** How many tries have failed with the code, if one more does. */
  public int countIfAnother(FailureCode why) {
    return why.code().equals(code) ? count + 1 : 1;
  }

  void forget() {
    count = 0;
    code = null;
  }

  int count() {
    return count;
  }
}
