package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import io.appserver.orchestrator.runtime.Image;
import java.util.Optional;

/** The images that the engine has. */
final class DockerImages {

  private final EngineCalls calls;
  private final ImageConfigs configs = new ImageConfigs();

  DockerImages(EngineCalls calls) {
    this.calls = calls;
  }

  Optional<Image> image(String idOrReference) {
    int tag = idOrReference.lastIndexOf(':');
    String repository =
        tag > idOrReference.lastIndexOf('/') ? idOrReference.substring(0, tag) : idOrReference;
    String what = "inspect image " + idOrReference;
    try {
      var image = calls.read(what, client -> client.inspectImageCmd(idOrReference).exec());
      configs.remember(image);
      return Optional.of(EngineAnswers.image(image, repository));
    } catch (NotFoundException e) {
      return Optional.empty();
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    }
  }

  /**
   * What a container of the image is started with; empty if the engine does not have it. An image
   * is told by its content: what an id stands for never changes.
   */
  Optional<ContainerConfig> config(String id) {
    Optional<ContainerConfig> known = configs.of(id);
    return known.isPresent() || image(id).isEmpty() ? known : configs.of(id);
  }
}
