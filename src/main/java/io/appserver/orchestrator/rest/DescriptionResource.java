package io.appserver.orchestrator.rest;

import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The description of this API, made by the build from its annotations. */
@Path("openapi")
@Singleton
@Tag(name = "description")
public class DescriptionResource {

  private static final String FILE = "/openapi/openapi.json";

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "This API, as OpenAPI describes it")
  public String description() throws IOException {
    try (InputStream file = DescriptionResource.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new NotFoundException("the build left the description out");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
