package io.appserver.orchestrator.runtime;

/** Where an image is pulled from: {@code registry/repository:tag}. */
public record ImageReference(String registry, String repository, String tag) {
  @Override
  public String toString() {
    return registry + "/" + repository + ":" + tag;
  }
}
