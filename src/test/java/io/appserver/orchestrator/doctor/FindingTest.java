package io.appserver.orchestrator.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What every finding has to be. */
class FindingTest {

  @Test
  void whatIsWrongHasACure() {
    assertThatThrownBy(() -> Finding.failed("disk", "the disk is full", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("disk", "failed");
    assertThatThrownBy(() -> Finding.warning("disk", "the disk is nearly full", " "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("disk", "warning");
    assertThat(Finding.warning("disk", "the disk is nearly full", "Free some space.").cure())
        .isEqualTo("Free some space.");
  }

  @Test
  void whatIsWellNeedsNone() {
    assertThat(Finding.ok("disk", "there is space").with("free", "9 GB").cure()).isEmpty();
  }
}
