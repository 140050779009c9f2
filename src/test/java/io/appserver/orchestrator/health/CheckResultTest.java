package io.appserver.orchestrator.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckResultTest {

  @Test
  void saysNoCredentials() {
    assertThat(CheckResult.bad("amqp://me:s3cr@t@broker:5672/ refused it").reason())
        .isEqualTo("amqp://broker:5672/ refused it");
    assertThat(CheckResult.bad("neither tcp://u:p@one:1 nor tcp://u:p@two:2 answers").reason())
        .isEqualTo("neither tcp://one:1 nor tcp://two:2 answers");
  }

  @Test
  void leavesAddressesAsTheyAre() {
    assertThat(CheckResult.bad("unix:///var/run/docker.sock is not there").reason())
        .isEqualTo("unix:///var/run/docker.sock is not there");
  }

  @Test
  void tellsItsReasonOnOneLineOfBoundedLength() {
    assertThat(CheckResult.bad(" no\n  answer\t").reason()).isEqualTo("no answer");
    assertThat(CheckResult.bad("x".repeat(10_000)).reason()).hasSize(500);
  }

  @Test
  void isBadEvenIfItDoesNotSayWhy() {
    assertThat(CheckResult.bad(" ").isGood()).isFalse();
  }

  @Test
  void isGoodWithoutTrouble() {
    assertThat(CheckResult.of("").isGood()).isTrue();
    assertThat(CheckResult.of("no consumer").isGood()).isFalse();
    assertThat(CheckResult.good(Map.of("version", "20.10")).isGood()).isTrue();
  }
}
