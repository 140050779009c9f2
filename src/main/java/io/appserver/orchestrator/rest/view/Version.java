package io.appserver.orchestrator.rest.view;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/** Which version of the orchestrator this is, as the build wrote it into the application. */
@Singleton
public class Version {

  private volatile String text = "unknown";

  void read(@Observes @Initialized(ApplicationScoped.class) Object begun) throws IOException {
    if (begun instanceof ServletContext context) {
      try (InputStream manifest = context.getResourceAsStream("/META-INF/MANIFEST.MF")) {
        if (manifest != null) {
          text =
              Optional.ofNullable(
                      new Manifest(manifest)
                          .getMainAttributes()
                          .getValue(Attributes.Name.IMPLEMENTATION_VERSION))
                  .orElse(text);
        }
      }
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
