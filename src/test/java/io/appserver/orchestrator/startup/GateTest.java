package io.appserver.orchestrator.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.EngineInfo;
import io.appserver.orchestrator.testing.FakeEngine;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An engine that says nothing is waited for; one that refuses is not. */
class GateTest {

  private static final int OFTEN = 50;

  private final List<String> told = new ArrayList<>();
  private int asked;

  /** Answers from that question on, and fails those before. */
  private Gate gate(boolean silent, int answered) {
    var engine =
        new FakeEngine() {
          @Override
          public EngineInfo engine() {
            asked++;
            if (asked < answered) {
              throw new UnreachableException(
                  Failure.of(FailureCode.RUNTIME_UNAVAILABLE, "question " + asked), null, silent);
            }
            return super.engine();
          }
        };
    return new Gate(new SmallRyeConfigBuilder().build(), () -> engine);
  }

  @Test
  void anEngineThatIsSilentIsAskedUntilItAnswersAndEachTimeIsTold() {
    assertThat(gate(true, OFTEN).requireEngine(told::add)).isPresent();

    assertThat(told).hasSize(OFTEN - 1).startsWith("question 1", "question 2");
  }

  @Test
  void anEngineThatIsSilentIsNotAskedAgainOnceTheStartIsBrokenOff() {
    assertThat(gate(true, OFTEN).requireEngine(why -> !told.add(why) || told.size() < 3)).isEmpty();

    assertThat(asked).isEqualTo(3);
  }

  @Test
  void whereNobodyListensTheStartIsRefusedWithTheReason() {
    assertThatExceptionOfType(Gate.RefusedException.class)
        .isThrownBy(() -> gate(false, OFTEN).requireEngine(told::add))
        .withMessage("question 6");

    assertThat(told).isEmpty();
  }

  @Test
  void whatRefusesNowAndThenAsItStartsIsAskedAgain() {
    assertThat(gate(false, 3).requireEngine(told::add)).isPresent();
  }
}
