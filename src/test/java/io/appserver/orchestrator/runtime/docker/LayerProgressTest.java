package io.appserver.orchestrator.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.core.DockerClientConfig;
import io.appserver.orchestrator.runtime.PullProgress;
import org.junit.jupiter.api.Test;

class LayerProgressTest {

  private final LayerProgress progress = new LayerProgress();

  private void report(String line) {
    try {
      progress.add(
          DockerClientConfig.getDefaultObjectMapper().readValue(line, PullResponseItem.class));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(line, e);
    }
  }

  @Test
  void countsBytesLayerByLayer() {
    report("{\"status\":\"Pulling from todos\",\"id\":\"latest\"}");
    report("{\"status\":\"Pulling fs layer\",\"progressDetail\":{},\"id\":\"aaa\"}");
    report(
        "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":10,\"total\":100},\"id\":\"aaa\"}");
    report("{\"status\":\"Already exists\",\"progressDetail\":{},\"id\":\"bbb\"}");

    assertThat(progress.layers())
        .containsExactly(
            new PullProgress.Layer("aaa", "Downloading", 10, 100),
            new PullProgress.Layer("bbb", "Already exists", 0, 0));
    report("{\"status\":\"Pull complete\",\"progressDetail\":{},\"id\":\"aaa\"}");
    assertThat(progress.layers().getFirst())
        .isEqualTo(new PullProgress.Layer("aaa", "Pull complete", 100, 100));
  }

  @Test
  void isCompleteOnlyWhenTheEngineSaysSo() {
    report("{\"status\":\"Pull complete\",\"progressDetail\":{},\"id\":\"aaa\"}");
    assertThat(progress.complete()).isFalse();

    report("{\"status\":\"Status: Image is up to date for x:latest\"}");
    assertThat(progress.complete()).isTrue();
  }

  @Test
  void takesTheCountdownToARetryForNoNews() {
    report(
        "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":10,\"total\":100},\"id\":\"aaa\"}");
    long before = progress.lastNews();

    report("{\"status\":\"Retrying in 5 seconds\",\"progressDetail\":{},\"id\":\"aaa\"}");
    report(
        "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":10,\"total\":100},\"id\":\"aaa\"}");

    assertThat(progress.lastNews()).isEqualTo(before);
    assertThat(progress.begun()).isTrue();
  }
}
