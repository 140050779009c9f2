package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.preview.Preview;
import io.appserver.orchestrator.convergence.preview.Previews;
import io.appserver.orchestrator.rest.view.AppNameParam;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What would be done for an app, without doing it. */
@Path("plan")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "plan")
public class PlanResource {

  private final Previews previews;

  @Inject
  public PlanResource(Previews previews) {
    this.previews = previews;
  }

  @GET
  @Operation(summary = "What an install, an uninstall or a redeploy would do now")
  public Preview plan(
      @QueryParam("action") @Parameter(description = "install, uninstall or redeploy")
          @Nullable String action,
      @QueryParam("app") @Nullable String name) {
    AppName app = AppNameParam.named(name == null ? "" : name);
    return switch (action == null ? "" : action) {
      case "install" -> previews.install(app);
      case "uninstall" -> previews.uninstall(app);
      case "redeploy" -> previews.redeploy(app);
      default ->
          throw new BadRequestException(
              "action must be install, uninstall or redeploy; of everything, ask POST /reconciliation for a dry run");
    };
  }
}
