package io.appserver.orchestrator.container;

/** Where an image is pulled from: {@code registry/repository:tag}. */
public record ImageReference(String registry, String repository, String tag) {
  @Override
  public String toString() {
    return registry + "/" + repository + ":" + tag;
  }
}
