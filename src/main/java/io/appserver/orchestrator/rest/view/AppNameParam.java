package io.appserver.orchestrator.rest.view;

import io.appserver.orchestrator.app.AppName;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.NotFoundException;

/** Reads what requests name. */
public final class AppNameParam {

  private AppNameParam() {}

  /**
   * The app of that name.
   *
   * @throws BadRequestException if it is no app's name
   */
  public static AppName named(String text) {
    String problem = AppName.problemWith(text);
    if (!problem.isEmpty()) {
      throw new BadRequestException(problem);
    }
    return new AppName(text);
  }

  public static NotFoundException unknown(AppName app) {
    return new NotFoundException("there is no app %s, and there never was one".formatted(app));
  }
}
