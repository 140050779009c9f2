package io.appserver.orchestrator.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"todos", "de.easy-m.statistics", "a", "0", "a_b", "a-b.c_d"})
  void takesNames(String name) {
    assertThat(AppName.parse(name)).map(AppName::value).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "../x",
        "x:latest@sha256",
        "Todos",
        "a--b",
        "a..b",
        "-a",
        "a-",
        "a b",
        "a/b",
        "a\nb",
        "ä",
        "a\u0000"
      })
  void refusesWhatIsNone(String text) {
    assertThat(AppName.parse(text)).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> new AppName(text));
  }

  @Test
  void refusesWhatIsTooLongWithoutRepeatingIt() {
    String part = "a".repeat(AppName.MAX_LABEL_LENGTH);
    assertThat(AppName.parse(part + "." + part)).isPresent();
    assertThat(AppName.parse(part + "a")).isEmpty();
    assertThat(AppName.parse(part + "." + part + "." + part)).isEmpty();
    assertThat(AppName.problemWith("b".repeat(10_000)))
        .contains("10000", "128")
        .hasSizeLessThan(200);
  }

  @Test
  void becomesTheNameOfAVariable() {
    assertThat(new AppName("de.easy-m.statistics").asVariable()).isEqualTo("DE_EASY_M_STATISTICS");
  }

  @Test
  void idIsAWholeUuid() {
    assertThat(AppId.parse("8f14e45f-ceea-467f-a0e6-1b3c5d7e9f01")).isPresent();
    assertThat(AppId.parse("1-1-1-1-1")).isEmpty();
    assertThat(AppId.parse("uuid-here")).isEmpty();
  }
}
