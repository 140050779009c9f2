package io.appserver.orchestrator.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppSettings.Invalid;
import io.appserver.orchestrator.app.AppSettings.Valid;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AppSettingsTest {

  private static final AppSettings NOTHING_SET =
      new AppSettings(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          HealthMode.AUTO,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private static AppSettings valid(Map<String, String> settings) {
    var parsed = AppSettings.parse(settings);
    assertThat(parsed).isInstanceOf(Valid.class);
    return ((Valid) parsed).settings();
  }

  private static Stream<Arguments> keys() {
    return Stream.of(
        row("docker.image.stage", AppSettings::imageStage, "testing", "testing"),
        row("docker.image.stage", AppSettings::imageStage, "pre-release", "pre-release"),
        row("docker.port", AppSettings::port, "8080", 8080),
        row("docker.port", AppSettings::port, "1", 1),
        row("docker.publish.port", AppSettings::publishPort, "65535", 65535),
        row("docker.health.path", AppSettings::healthPath, "/health?deep=1", "/health?deep=1"),
        row("docker.health.path", AppSettings::healthPath, "/", "/"),
        row("docker.memory.mb", AppSettings::memoryMb, "6", 6L),
        row("docker.cpu.shares", AppSettings::cpuShares, "262144", 262144),
        row("docker.volume.path", AppSettings::volumePath, "/data", "/data"),
        row("docker.volume.path", AppSettings::volumePath, "/var/lib/..a/.b", "/var/lib/..a/.b"));
  }

  private static Arguments row(
      String key, Function<AppSettings, Optional<?>> component, String text, Object value) {
    return Arguments.of(key, component, text, value);
  }

  @ParameterizedTest(name = "{0}={2}")
  @MethodSource("keys")
  void everyKeyReachesItsComponentPlainOrQuoted(
      String key, Function<AppSettings, Optional<?>> component, String text, Object value) {
    var expected = Optional.of(value);
    assertThat(component.apply(valid(Map.of(key, text)))).isEqualTo(expected);
    assertThat(component.apply(valid(Map.of(key, " " + text + " ")))).isEqualTo(expected);
    assertThat(component.apply(valid(Map.of(key, "\"" + text + "\"")))).isEqualTo(expected);
    for (String blank : new String[] {"", "  ", "\"\"", "\" \""}) {
      assertThat(valid(Map.of(key, blank))).isEqualTo(NOTHING_SET);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyHealthModeCanBeSet(HealthMode mode) {
    var word = mode.name().toLowerCase(Locale.ROOT);
    assertThat(valid(Map.of("docker.health.mode", word)).healthMode()).isEqualTo(mode);
  }

  @Test
  void withoutSettingsTheOperatorsDefaultsStand() {
    assertThat(AppSettings.parse(Map.of())).isEqualTo(new Valid(NOTHING_SET, List.of()));
  }

  @Test
  void jsonNullIsAsGoodAsNoSetting() {
    assertThat(
            AppSettings.parse(
                Map.of(
                    "docker.port",
                    "null",
                    "docker.volume.path",
                    " null ",
                    "docker.image.stage",
                    "\"\"")))
        .isEqualTo(new Valid(NOTHING_SET, List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"\\/data\\/files\" | /data/files",
        "\"\\u002fdata\" | /data",
        "\"/with \\\"quotes\\\"\" | /with \"quotes\"",
        "\"/gr\\u00fcn\" | /grün",
        "\"/by\\hand\" | /by\\hand"
      })
  void jsonStringsAreDecoded(String stored, String value) {
    assertThat(AppSettings.parse(Map.of("docker.volume.path", stored)))
        .isInstanceOfSatisfying(
            Valid.class, valid -> assertThat(valid.settings().volumePath()).contains(value));
  }

  @Test
  void aControlCharacterInAJsonStringIsRefused() {
    assertThat(AppSettings.parse(Map.of("docker.volume.path", "\"/da\\u0000ta\"")))
        .isInstanceOf(AppSettings.Invalid.class);
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "docker.image.stage | stable | must be one of latest, pre-release, testing",
        "docker.image.stage | Latest | must be one of",
        "docker.image.stage | ../other:latest | must be one of",
        "docker.image.stage | \"\"testing\"\" | must be one of",
        "docker.port | 0 | must be a whole number from 1 to 65535",
        "docker.port | 65536 | must be a whole number from 1 to 65535",
        "docker.port | 3000.0 | must be a whole number",
        "docker.publish.port | -1 | must be a whole number from 1 to 65535",
        "docker.publish.port | 80:80 | must be a whole number",
        "docker.health.path | health | must be the path of a URL",
        "docker.health.path | http://other/health | must be the path of a URL",
        "docker.health.path | /he alth | must be the path of a URL",
        "docker.health.path | /a#b | must be the path of a URL",
        "docker.health.path | /a{b} | must be the path of a URL",
        "docker.health.path | /h\u00e9alth | must be the path of a URL",
        "docker.health.path | /%zz | must be the path of a URL",
        "docker.health.mode | grpc | must be one of auto, docker, http, tcp, none",
        "docker.health.mode | HTTP | must be one of auto, docker, http, tcp, none",
        "docker.memory.mb | 5 | must be a whole number from 6",
        "docker.memory.mb | 512m | must be a whole number from 6",
        "docker.cpu.shares | 1 | must be a whole number from 2 to 262144",
        "docker.cpu.shares | 262145 | must be a whole number from 2 to 262144",
        "docker.volume.path | / | must be an absolute path",
        "docker.volume.path | data | must be an absolute path",
        "docker.volume.path | /data/ | must be an absolute path",
        "docker.volume.path | //data | must be an absolute path",
        "docker.volume.path | /data//x | must be an absolute path",
        "docker.volume.path | /data/../etc | must be an absolute path",
        "docker.volume.path | /data/.. | must be an absolute path",
        "docker.volume.path | /./data | must be an absolute path",
        "docker.volume.path | /etc:/data | must be an absolute path",
      })
  void namesKeyValueAndWhatIsAllowed(String key, String value, String allowed) {
    assertThat(AppSettings.parse(Map.of(key, value)))
        .isInstanceOfSatisfying(
            Invalid.class,
            invalid ->
                assertThat(invalid.problems())
                    .singleElement()
                    .asString()
                    .startsWith(key + " is \"")
                    .contains(allowed));
  }

  @Test
  void saysAllThatIsWrongAtOnce() {
    var parsed =
        AppSettings.parse(Map.of("docker.port", "x", "docker.memory.mb", "1", "docker.x", "y"));
    assertThat(parsed)
        .isEqualTo(
            new Invalid(
                List.of(
                    "docker.port is \"x\": must be a whole number from 1 to 65535",
                    "docker.memory.mb is \"1\": must be a whole number from 6 to 16777216")));
  }

  @Test
  void aHugeOrManyLinedValueIsShownShortOnOneLine() {
    for (String key : new String[] {"docker.volume.path", "docker.health.path", "docker.port"}) {
      var huge = "/a\n" + "/x".repeat(1_000_000);
      assertThat(AppSettings.parse(Map.of(key, huge)))
          .isInstanceOfSatisfying(
              Invalid.class,
              invalid ->
                  assertThat(invalid.problems())
                      .singleElement()
                      .asString()
                      .contains("\\u000a", "…")
                      .doesNotContain("\n")
                      .hasSizeLessThan(300));
    }
  }

  @Test
  void acceptsPathsUpToTheirLimit() {
    var longest = "/" + "x".repeat(1023);
    var tooLong = longest + "x";
    for (String key : new String[] {"docker.volume.path", "docker.health.path"}) {
      assertThat(AppSettings.parse(Map.of(key, longest))).isInstanceOf(Valid.class);
      assertThat(AppSettings.parse(Map.of(key, tooLong))).isInstanceOf(Invalid.class);
    }
  }

  @Test
  void warnsOfUnknownKeysOfOursAndIgnoresOthers() {
    var parsed =
        AppSettings.parse(
            Map.of("docker.prot", "80", "docker.a\nb", "1", "theme", "dark", "dockerish", "1"));
    assertThat(parsed)
        .isEqualTo(
            new Valid(
                NOTHING_SET,
                List.of(
                    "\"docker.a\\u000ab\" is not a setting of the orchestrator and has no effect",
                    "\"docker.prot\" is not a setting of the orchestrator and has no effect")));
  }
}
