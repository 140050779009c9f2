package io.appserver.orchestrator.failure.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownMessagesTest {

  private static String code(String log) {
    return code(log, "production");
  }

  private static String code(String log, String nodeEnv) {
    return KnownMessages.in(log, nodeEnv).map(KnownMessage::code).orElse("");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "database configuration is required",
        "2026/11/23 10:00:00 main.go:42: fatal: database configuration is required\n",
        "{\"level\":\"error\",\"msg\":\"Database configuration is required\"}",
        "Error: Database Config is required\n    at new Client (/app/sdk.js:17:11)\n",
        "\u001b[31mERROR\u001b[0m database \u001b[1mconfiguration\u001b[0m is required",
        "starting\nlistening soon\npanic: sdk: database configuration  is required\ngoroutine 1 [running]:"
      })
  void recognisesThatTheDatabaseIsNotConfigured(String log) {
    assertThat(code(log)).isEqualTo("database_configuration_required");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AppServerURL is required",
        "time=10:00 level=fatal err=\"invalid config: AppServerURL is required\"",
        "Error: appServerUrl is required",
        "APPSERVER_URL is required",
        "AppServer URL is required\n"
      })
  void recognisesThatTheAddressOfAppServerIsMissing(String log) {
    assertThat(code(log)).isEqualTo("app_server_url_required");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NODE_ENV=development, building assets\nsh: 1: vite: not found\n",
        "NODE_ENV: development\n/bin/sh: webpack: command not found",
        "[app] NODE_ENV is development\nError: Cannot find module 'esbuild'\nRequire stack:",
        "NODE_ENV=\"development\"\n> app@1.0.0 build\n> vite build\n\nnpm ERR! code ELIFECYCLE\n",
        "node_env='development'\nError: spawn npm ENOENT",
        "NODE_ENV=development\nnpm run build exited with code 127",
        "NODE_ENV=development\nzsh: command not found: esbuild",
        "NODE_ENV=development exec: \"npm\": executable file not found in $PATH",
        "NODE_ENV=development\nasset building failed"
      })
  void recognisesAssetsBuiltUnderDevelopment(String log) {
    assertThat(code(log)).isEqualTo("assets_built_in_development");
  }

  @Test
  void anEnvironmentSetToDevelopmentNeedNotStandInTheLog() {
    assertThat(code("sh: 1: vite: not found", "development"))
        .isEqualTo("assets_built_in_development");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "the last line of app-todos-1",
        "the database is required to be up; no configuration was changed",
        "database configuration read, AppServerURL=http://appserver:8080",
        "sh: 1: vite: not found",
        "NODE_ENV=development\nlistening on 3000",
        "NODE_ENV=production\nsh: 1: vite: not found",
        "GET /favicon.ico 404 not found"
      })
  void recognisesNothingElse(String log) {
    assertThat(code(log)).isEmpty();
  }

  @Test
  void theFailureNamesItOnceHoweverOftenItIsTold() {
    KnownMessage message =
        KnownMessages.in("database configuration is required", "production").orElseThrow();
    Failure exited = Failure.of(FailureCode.EXITED, "todos ended with exit code 1");
    Failure told = message.in(message.in(exited));

    assertThat(told.message())
        .startsWith("todos ended with exit code 1; its log says")
        .containsOnlyOnce("`database configuration is required`")
        .contains("DB_HOST", "APPSERVER_DB_PASSWORD");
    assertThat(told.details()).containsEntry("recognised", "database_configuration_required");
    assertThat(Explanations.of(message.code())).isPresent();
  }
}
