package io.appserver.orchestrator.failure.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.intake.event.RejectionCode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExplanationsTest {

  /** What RabbitMQ writes into x-death, and what stands for a letter that does not say. */
  private static final List<String> OF_THE_BROKER =
      List.of("delivery_limit", "rejected", "expired", "maxlen", "unknown", "unreadable");

  private static List<Explanation> all() {
    return Explanations.all();
  }

  @Test
  void everyCodeThatADeploymentOrADeadLetterMayHaveIsExplained() {
    var codes =
        Stream.of(
                Arrays.stream(FailureCode.values()).map(FailureCode::code),
                Arrays.stream(RejectionCode.values()).map(RejectionCode::code),
                OF_THE_BROKER.stream())
            .flatMap(some -> some)
            .toList();
    assertThat(all()).extracting(Explanation::code).doesNotHaveDuplicates().containsAll(codes);
    assertThat(codes).allMatch(code -> Explanations.of(code).isPresent());
  }

  @Test
  void nothingIsExplainedThatCannotHappen() {
    var possible =
        Stream.of(
                Arrays.stream(FailureCode.values()).map(FailureCode::code),
                Arrays.stream(RejectionCode.values()).map(RejectionCode::code),
                OF_THE_BROKER.stream(),
                KnownMessages.explanations().stream().map(Explanation::code))
            .flatMap(some -> some)
            .toList();
    assertThat(all()).extracting(Explanation::code).isSubsetOf(possible);
    assertThat(Explanations.of("no_such_code")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("all")
  void saysWhatHappenedWhyAndWhatToDo(Explanation explanation) {
    assertThat(explanation.title()).isNotBlank().hasSizeLessThan(60).doesNotEndWith(".");
    assertThat(explanation.what()).endsWith(".");
    assertThat(explanation.causes()).isNotEmpty().allMatch(cause -> cause.endsWith("."));
    assertThat(explanation.cures()).isNotEmpty().allMatch(cure -> cure.endsWith("."));
    assertThat(explanation.wokenBy()).isNotBlank();
    assertThat(explanation.actions())
        .isSubsetOf(
            "restart", "redeploy", "release", "move", "purge", "keep-data", "replay", "discard");
    assertThat(explanation.toString()).doesNotContain("\n");
  }
}
