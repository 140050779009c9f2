package io.appserver.orchestrator.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Most rows are those of Go's own test of {@code time.ParseDuration}. */
class GoDurationTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "5s, 5000000000",
    "30s, 30000000000",
    "1478s, 1478000000000",
    "-5s, -5000000000",
    "+5s, 5000000000",
    "-0, 0",
    "+0, 0",
    "5.0s, 5000000000",
    "5.6s, 5600000000",
    "5.s, 5000000000",
    ".5s, 500000000",
    "1.0s, 1000000000",
    "1.00s, 1000000000",
    "1.004s, 1004000000",
    "1.0040s, 1004000000",
    "100.00100s, 100001000000",
    "10ns, 10",
    "11us, 11000",
    "12\u00b5s, 12000",
    "12\u03bcs, 12000",
    "13ms, 13000000",
    "14s, 14000000000",
    "15m, 900000000000",
    "16h, 57600000000000",
    "3h30m, 12600000000000",
    "10.5s4m, 250500000000",
    "-2m3.4s, -123400000000",
    "1h2m3s4ms5us6ns, 3723004005006",
    "39h9m14.425s, 140954425000000",
    "52763797000ns, 52763797000",
    "0.3333333333333333333h, 1200000000000",
    "9007199254740993ns, 9007199254740993",
    "9223372036854775807ns, 9223372036854775807",
    "9223372036854775.807us, 9223372036854775807",
    "9223372036s854ms775us807ns, 9223372036854775807",
    "-9223372036854775808ns, -9223372036854775808",
    "-9223372036854775.808us, -9223372036854775808",
    "-9223372036s854ms775us808ns, -9223372036854775808",
    "-2562047h47m16.854775808s, -9223372036854775808",
    "0.100000000000000000000h, 360000000000",
    "0.830103483285477580700h, 2988372539827",
    "1s1s, 2000000000",
    "0m, 0",
    "0.9999999999ns, 0",
  })
  void readsWhatGoReads(String text, long nanos) {
    assertThat(GoDuration.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "3",
        "-",
        "s",
        ".",
        "-.",
        ".s",
        "+.s",
        "1d",
        "--5s",
        "+-5s",
        "5S",
        "5 s",
        " 5s",
        "5s ",
        "1m 30s",
        "1e3s",
        "1,5s",
        "1.2.3s",
        "1:30",
        "PT10M",
        "10 minutes",
        "00",
        "\u0665s",
        "\u0085\u0085",
        "hello \uffff",
        "9223372036854775810ns",
        "9223372036854775808ns",
        "-9223372036854775809ns",
        "9223372036854776us",
        "3000000h",
        "9223372036854775.808us",
        "9223372036854ms775us808ns",
        "9223372036854775808ns9223372036854775808ns",
        "99999999999999999999999999999999s",
      })
  void refusesWhatGoRefuses(String text) {
    assertThatThrownBy(() -> GoDuration.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "600, the unit is missing",
    "1.5, the unit is missing",
    "10x, the unit is unknown",
    "10min, the unit is unknown",
    "ten, there is no number",
    "3000000h, 'it is longer than 2562047h, the longest there is'",
  })
  void saysWhyWithoutRepeatingTheText(String text, String reason) {
    assertThatThrownBy(() -> GoDuration.parse(text)).hasMessage(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "1, 1ns",
    "1500, 1500ns",
    "2000, 2us",
    "2000001, 2000001ns",
    "100000000, 100ms",
    "1000000000, 1s",
    "1500000000, 1.5s",
    "1000000001, 1.000000001s",
    "60000000000, 1m",
    "120000000000, 2m",
    "90000000000, 1m30s",
    "60500000000, 1m0.5s",
    "3600000000000, 1h",
    "3605000000000, 1h5s",
    "86400000000000, 24h",
    "-120000000000, -2m",
    "9223372036854775807, 2562047h47m16.854775807s",
    "-9223372036854775808, -2562047h47m16.854775808s",
  })
  void printsItShortAndReadsItBack(long nanos, String text) {
    var duration = Duration.ofNanos(nanos);
    assertThat(GoDuration.format(duration)).isEqualTo(text);
    assertThat(GoDuration.parse(text)).isEqualTo(duration);
  }

  @Test
  void readsTheFormThatGoPrints() {
    assertThat(GoDuration.parse("2m0s")).isEqualTo(Duration.ofMinutes(2));
    assertThat(GoDuration.parse("1h0m0s")).isEqualTo(Duration.ofHours(1));
  }
}
