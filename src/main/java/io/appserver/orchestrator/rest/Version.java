package io.appserver.orchestrator.rest;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/** Which version of the orchestrator this is, as the build wrote it into the application. */
@Singleton
class Version {

  private final String text;

  @Inject
  Version(ServletContext context) {
    this.text = read(context).orElse("unknown");
  }

  private static Optional<String> read(ServletContext context) {
    try (InputStream manifest = context.getResourceAsStream("/META-INF/MANIFEST.MF")) {
      return manifest == null
          ? Optional.empty()
          : Optional.ofNullable(
              new Manifest(manifest)
                  .getMainAttributes()
                  .getValue(Attributes.Name.IMPLEMENTATION_VERSION));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
