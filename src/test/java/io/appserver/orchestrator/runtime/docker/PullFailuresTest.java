package io.appserver.orchestrator.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.ImageReference;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What engines were seen to say of pulls (20.10 and 29), and what it means. */
class PullFailuresTest {

  private static final ImageReference IMAGE =
      new ImageReference("registry.example:5000", "todos", "latest");

  private static DeploymentException failure(int status, String words) {
    return PullFailures.of(IMAGE, status, EngineWords.of(words), null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          404 | manifest for registry.example:5000/todos:latest not found: manifest unknown: manifest unknown          | IMAGE_NOT_FOUND
          404 | pull access denied for todos, repository does not exist or may require 'docker login'                  | IMAGE_NOT_FOUND
          500 | manifest unknown: manifest unknown                                                                      | IMAGE_NOT_FOUND
          200 | no matching manifest for linux/amd64 in the manifest list entries                                       | IMAGE_INVALID
          404 | no matching manifest for linux/amd64 in the manifest list entries                                       | IMAGE_INVALID
          500 | no matching manifest for linux/amd64 in the manifest list entries                                       | IMAGE_INVALID
          404 | no match for platform in manifest: not found                                                            | IMAGE_INVALID
          404 | image with reference todos was found but does not match the specified platform: wanted linux/amd64      | IMAGE_INVALID
          500 | image operating system "windows" cannot be used on this platform                                        | IMAGE_INVALID
          500 | [DEPRECATION NOTICE] Docker Image Format v1 and Docker Image manifest version 2, schema 1 support is disabled by default | IMAGE_INVALID
          500 | unsupported schema version 1                                                                            | IMAGE_INVALID
          400 | unsupported manifest media type application/vnd.wasm.config.v1+json                                     | IMAGE_INVALID
          500 | Encountered remote "application/vnd.cncf.helm.config.v1+json"(helm) when fetching                       | IMAGE_INVALID
          500 | Head "http://registry.example:5000/v2/todos/manifests/latest": unauthorized: authentication required    | REGISTRY_DENIED
          500 | Head "http://registry.example:5000/v2/todos/manifests/latest": no basic auth credentials                | REGISTRY_DENIED
          401 | unauthorized                                                                                            | REGISTRY_DENIED
          403 | error from registry: access to the requested resource is not authorized                                 | REGISTRY_DENIED
          500 | Get "http://registry.example:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused            | REGISTRY_UNREACHABLE
          500 | Get "https://registry.example:5000/v2/": dial tcp: lookup registry.example: no such host                | REGISTRY_UNREACHABLE
          500 | Get "https://registry.example:5000/v2/": context deadline exceeded                                      | REGISTRY_UNREACHABLE
          500 | Get "https://registry.example:5000/v2/": x509: certificate signed by unknown authority                  | REGISTRY_UNREACHABLE
          500 | received unexpected HTTP status: 503 Service Unavailable                                                | REGISTRY_UNREACHABLE
          429 | toomanyrequests: You have reached your pull rate limit                                                  | REGISTRY_RATE_LIMITED
          500 | toomanyrequests: too many requests                                                                      | REGISTRY_RATE_LIMITED
          200 | unexpected EOF                                                                                          | PULL_CORRUPT
          200 | filesystem layer verification failed for digest sha256:1234                                             | PULL_CORRUPT
          200 | failed to register layer: Error processing tar file(exit status 1): invalid tar header                  | PULL_CORRUPT
          200 | failed to register layer: write /big: no space left on device                                           | DISK_FULL
          500 | write /var/lib/docker/tmp/GetImageBlob1: no space left on device                                        | DISK_FULL
          400 | invalid reference format                                                                                | INVALID_SETTING
          500 | connection error: dial unix /run/containerd/containerd.sock: connect: connection refused                | ENGINE_ERROR
          200 | context canceled                                                                                        | ENGINE_ERROR
          200 | mediaType in manifest should be 'x' not 'y': unsupported media type                                     | IMAGE_INVALID
          """)
  void readsWhatTheEngineSays(int status, String words, FailureCode code) {
    DeploymentException failed = failure(status, words);

    assertThat(failed.code()).isEqualTo(code);
    assertThat(failed.failure().message()).contains("todos");
    assertThat(failed.failure().details()).containsEntry("engine", words);
  }

  @Test
  void saysForWhichPlatformAnImageIsNotBuilt() {
    assertThat(
            failure(404, "no matching manifest for linux/amd64 in the manifest list entries")
                .failure()
                .message())
        .contains("is not built for this engine's platform", "linux/amd64")
        .doesNotContain("not found");
  }

  @Test
  void aProxysPageIsNoWordOfTheRegistry() {
    assertThat(failure(403, "<html><h1>403 Forbidden</h1></html>").code())
        .isEqualTo(FailureCode.ENGINE_ERROR);
    assertThat(failure(404, "<html><h1>404 Not Found</h1></html>").code())
        .isEqualTo(FailureCode.ENGINE_ERROR);
    assertThat(failure(503, "<html><h1>503 Service Unavailable</h1></html>").code())
        .isEqualTo(FailureCode.RUNTIME_UNAVAILABLE);
  }

  @Test
  void usesTheWordsOfTheGuide() {
    assertThat(failure(404, "manifest unknown").failure().message())
        .startsWith("repository not found")
        .contains("registry.example:5000", "todos:latest", "credentials");
    assertThat(failure(500, "context deadline exceeded").failure().message())
        .startsWith("timeout pulling image registry.example:5000/todos:latest");
    assertThat(PullFailures.tookTooLong(IMAGE, Duration.ofMinutes(10)).failure())
        .satisfies(failure -> {
          assertThat(failure.code()).isEqualTo(FailureCode.PULL_TIMEOUT);
          assertThat(failure.message())
              .startsWith("timeout pulling image")
              .contains("APPSERVER_DOCKER_PULL_TIMEOUT");
        });
    assertThat(PullFailures.stalled(IMAGE, Duration.ofMinutes(2), true).code())
        .isEqualTo(FailureCode.PULL_TIMEOUT);
  }

  @Test
  void tellsWhatMayBeTriedAgainAtOnce() {
    assertThat(failure(500, "dial tcp 127.0.0.1:5000: connect: connection refused"))
        .isInstanceOf(UnreachableException.class);
    assertThat(failure(500, "context deadline exceeded"))
        .isNotInstanceOf(UnreachableException.class);
    assertThat(failure(500, "no basic auth credentials"))
        .isNotInstanceOf(UnreachableException.class);
  }

  @Test
  void takesThePauseTheRegistryAsksFor() {
    assertThat(
            failure(429, "toomanyrequests: retry-after: 90s, allowed: 100/h")
                .failure()
                .retryAfter())
        .contains(Duration.ofSeconds(90));
    assertThat(failure(429, "toomanyrequests: retry-after: 404.219µs").failure().retryAfter())
        .contains(Duration.ofSeconds(1));
    assertThat(failure(429, "toomanyrequests").failure().retryAfter()).isEmpty();
    assertThat(failure(429, "retry-after: " + "9".repeat(30)).code())
        .isEqualTo(FailureCode.REGISTRY_RATE_LIMITED);
  }
}
