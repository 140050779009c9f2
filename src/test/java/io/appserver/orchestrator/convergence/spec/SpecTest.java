package io.appserver.orchestrator.convergence.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.testing.Workshop;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecTest {

  private static final Spec NONE = spec(Map.of());

  private static Spec spec(Map<String, String> stored) {
    return SettingsRead.of(stored, false, Optional::empty).valid().orElseThrow();
  }

  /** Whether a change of the setting is a change of the container, and of how the app is asked. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          docker.image.stage  | testing  | another container | asked as before
          docker.port         | 8080     | another container | asked as before
          docker.publish.port | 8080     | another container | asked as before
          docker.memory.mb    | 64       | another container | asked as before
          docker.cpu.shares   | 512      | another container | asked as before
          docker.volume.path  | /data    | another container | asked as before
          docker.health.path  | /healthz | the same          | asked otherwise
          docker.health.mode  | tcp      | the same          | asked otherwise
          docker.health.mode  | auto     | the same          | asked as before
          docker.port         | null     | the same          | asked as before
          docker.unknown      | 1        | the same          | asked as before
          colour              | green    | the same          | asked as before
          """)
  void whatASettingChanges(String key, String value, String container, String asked) {
    Spec spec = spec(Map.of(key, value));

    assertThat(spec.hash().equals(NONE.hash())).isEqualTo(container.equals("the same"));
    assertThat(spec.healthHash().equals(NONE.healthHash()))
        .isEqualTo(asked.equals("asked as before"));
  }

  /** Containers of earlier versions bear it: another one would replace all of them. */
  @Test
  void theHashOfNoSettingsStaysAsItIs() {
    assertThat(Spec.HASH_OF_NONE)
        .isEqualTo(NONE.hash())
        .isEqualTo("1:7c370d9536d7d0d6a0f7cd7f9826692a");
  }

  @ParameterizedTest
  @CsvSource({"'', latest, 3000", "testing, testing, 3000"})
  void imageAndPortFollowTheOperatorUnlessTheAppSaysOtherwise(String own, String tag, int port) {
    Spec spec = spec(Map.of("docker.image.stage", own));

    assertThat(spec.image(new AppName("todos"), Workshop.settings(Duration.ofSeconds(1))))
        .hasToString("registry.test/todos:" + tag);
    assertThat(spec.port()).isEqualTo(port);
    assertThat(spec(Map.of("docker.port", "8080")).port()).isEqualTo(8080);
  }

  /** Settings that are gone at once are not taken as none while that is in doubt. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          docker.port | 8080 | had some | in doubt | valid
          docker.port | x    | had some | in doubt | invalid
          docker.port | x    | had none | believed | invalid
          colour      | red  | had some | in doubt | doubted
          colour      | red  | had some | believed | valid
          colour      | red  | had none | in doubt | valid
          """)
  void howSettingsAreRead(String key, String value, String had, String doubt, String outcome) {
    SettingsRead read =
        SettingsRead.of(
            Map.of(key, value),
            had.equals("had some"),
            () -> doubt.equals("in doubt") ? Optional.of("all gone at once") : Optional.empty());

    assertThat(
            switch (read) {
              case SettingsRead.Valid valid -> "valid";
              case SettingsRead.Invalid invalid -> "invalid";
              case SettingsRead.Doubted doubted -> "doubted";
            })
        .isEqualTo(outcome);
  }
}
