package io.appserver.orchestrator.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.DockerException;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ContainerSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What engines were seen to say of containers, and what it means. */
class DockerFailuresTest {

  private static DockerException answer(int status, String message) {
    return new DockerException(
        "{\"message\":\"%s\"}\n".formatted(message.replace("\"", "\\\"")), status);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          500 | driver failed programming external connectivity on endpoint app-todos: Bind for 0.0.0.0:80 failed: port is already allocated | PORT_CONFLICT | port already in use
          500 | Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use                                           | PORT_CONFLICT | port already in use
          400 | failed to create shim task: OCI runtime create failed: exec: /nope: no such file or directory                                 | IMAGE_INVALID | entry point
          500 | failed to create shim task: OCI runtime create failed: exec format error                                                      | IMAGE_INVALID | entry point
          400 | failed to create shim task: container init was OOM-killed (memory limit too low?)                                             | OUT_OF_MEMORY | out of memory
          500 | failed to create shim task: write: no space left on device                                                                    | DISK_FULL | no space left
          404 | network 0123 not found                                                                                                        | CONTAINER_MISSING | network
          404 | No such container: 0123                                                                                                       | CONTAINER_MISSING | gone
          409 | container is marked for removal and cannot be started                                                                         | CONTAINER_MISSING | gone
          500 | connection error: dial unix /run/containerd/containerd.sock: connect: connection refused | ENGINE_ERROR | lost its way
          500 | transport is closing: unavailable | ENGINE_ERROR | lost its way
          500 | id already in use: task 0123: already exists | ENGINE_ERROR | lost its way
          500 | failed to create shim task: OCI runtime create failed: cgroup trouble | ENGINE_ERROR | 500
          500 | failed to create shim task: OCI runtime create failed: openat2 /sys/fs/cgroup/memory/docker/0123: no such file or directory | ENGINE_ERROR | 500
          500 | driver failed programming external connectivity on endpoint app-todos: iptables: No chain/target/match by that name | ENGINE_ERROR | No chain
          500 | failed to create endpoint app-todos on network appnet: operation not permitted: permission denied | ENGINE_ERROR | 500
          500 | something nobody has seen                                                                                                     | ENGINE_ERROR | something nobody has seen
          500 | OCI runtime create failed: error during container init: error mounting "/v/_data" to rootfs at "/proc/data": "/merged/proc/data" cannot be mounted because it is inside /proc: unknown | INVALID_SETTING | docker.volume.path
          500 | OCI runtime create failed: error during container init: error mounting "/v/_data" to rootfs at "/sys/x": mkdir /merged/sys/x: read-only file system: unknown | INVALID_SETTING | docker.volume.path
          500 | unable to start container process: unable to setup user: unable to find user 0: read /etc/passwd: is a directory: unknown | INVALID_SETTING | docker.volume.path
          500 | error during container init: error reopening /dev/null inside container: open /dev/null: is a directory: unknown | INVALID_SETTING | docker.volume.path
          500 | unable to start container process: exec: "/": is a directory: permission denied | IMAGE_INVALID | entry point
          500 | unable to find user nobody: no matching entries in passwd file | IMAGE_INVALID | entry point
          500 | no available IPv4 addresses on this network's address pools: appnet (0123) | NO_ADDRESS | larger subnet
          500 | adding interface veth0 to bridge br-0 failed: exchange full | NO_ADDRESS | no free address
          403 | endpoint with name app-todos already exists in network appnet | ENDPOINT_STALE | Disconnect
          403 | nothing is allowed here | ENGINE_ERROR | docker-endpoints
          """)
  void readsWhyAContainerDoesNotStart(int status, String message, FailureCode code, String words) {
    DeploymentException failed = DockerFailures.start("0123", answer(status, message));

    assertThat(failed.code()).isEqualTo(code);
    assertThat(failed.failure().message()).contains("0123").contains(words);
    assertThat(failed.failure().details()).containsEntry("engine", message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 | Minimum memory limit allowed is 6MB                    | INVALID_SETTING
          400 | No command specified                                   | IMAGE_INVALID
          404 | No such image: sha256:0123                             | PULL_CORRUPT
          500 | mkdir /var/lib/docker/overlay2: no space left on device | DISK_FULL
          500 | something nobody has seen                              | ENGINE_ERROR
          404 | there is no such path                                  | ENGINE_ERROR
          """)
  void readsWhyAContainerIsNotMade(int status, String message, FailureCode code) {
    DeploymentException failed = DockerFailures.create(spec(), answer(status, message));

    assertThat(failed.code()).isEqualTo(code);
    assertThat(failed.failure().message()).contains("app-todos");
    assertThat(failed.failure().details()).containsEntry("engine", message);
  }

  @ParameterizedTest
  @CsvSource({
    "403, ENGINE_ERROR, not allow to list containers",
    "500, ENGINE_ERROR, the words",
    "502, RUNTIME_UNAVAILABLE, proxy",
    "503, RUNTIME_UNAVAILABLE, proxy",
    "504, RUNTIME_UNAVAILABLE, proxy"
  })
  void aProxysWordThatTheEngineDoesNotAnswerIsNoAnswer(int status, FailureCode code, String words) {
    DeploymentException failed =
        DockerFailures.other(
            "list containers", new DockerException("<html><h1>the words</h1></html>", status));

    assertThat(failed.code()).isEqualTo(code);
    assertThat(failed.failure().message()).contains(words).contains("the words");
  }

  @Test
  void whatTheEngineSaysItselfIsItsAnswerWhateverTheStatus() {
    assertThat(DockerFailures.other("be asked", answer(503, "not available")).code())
        .isEqualTo(FailureCode.ENGINE_ERROR);
    assertThat(
            DockerFailures.other("create network n", answer(500, "could not find an available"))
                .code())
        .isEqualTo(FailureCode.NO_ADDRESS);
  }

  private static ContainerSpec spec() {
    var app = new AppName("todos");
    return new ContainerSpec(
        new ContainerName("app-todos"),
        "sha256:0123",
        new ContainerLabels("i", "n", new AppId(UUID.randomUUID()), app, 1, "h", 1),
        Map.of("SECRET", "hidden"),
        "net",
        3000,
        Optional.empty(),
        512,
        1024,
        512,
        List.of(),
        Optional.empty());
  }

  @Test
  void takesTheMessageOutOfTheAnswer() {
    assertThat(EngineWords.of("Status 404: {\"message\":\"no \\\"x\\\"\\nhere\"}\n").text())
        .isEqualTo("no \"x\" here");
    assertThat(EngineWords.of("<html><head></head>\n<h1>403  Forbidden</h1></html>").text())
        .isEqualTo("403 Forbidden");
    assertThat(EngineWords.of("plain\u001b[31m\nwords").text()).isEqualTo("plain [31m words");
    assertThat(EngineWords.of((String) null).text()).isEmpty();
  }

  @Test
  void hidesCredentialsAndCutsLongWords() {
    assertThat(EngineWords.of("Get https://user:secret@registry/v2/ failed").text())
        .isEqualTo("Get https://registry/v2/ failed");
    assertThat(EngineWords.of("x".repeat(5000)).text()).hasSizeLessThan(700);
  }

  @Test
  void readsWhateverComesAsTextAndKeepsItsEnd() {
    String command = "x".repeat(100_000);
    String quoted = "{\"message\":\"exec: \\\"%s\\\": executable file not found\"}";
    for (String raw :
        List.of(
            quoted.formatted("x".repeat(1500)),
            quoted.formatted(command),
            "<html>" + "<".repeat(200_000),
            "<html><p>" + "y \n".repeat(50_000) + "</p></html>",
            "{\"message\":" + "[".repeat(100_000),
            "{\"message\":\"" + "\\n".repeat(100_000),
            "http://" + "a://".repeat(50_000))) {
      assertThat(EngineWords.of(raw).text()).hasSizeLessThanOrEqualTo(600).isNotEmpty();
    }
    assertThat(EngineWords.of(quoted.formatted("x".repeat(1500))).text())
        .startsWith("exec: \"xxx")
        .endsWith("executable file not found");
    assertThat(
            DockerFailures.start(
                    "0123", new DockerException(quoted.formatted("x".repeat(1500)), 400))
                .code())
        .isEqualTo(FailureCode.IMAGE_INVALID);
  }
}
