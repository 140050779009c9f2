package io.appserver.orchestrator.intake;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.Deployments;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.logging.Logger;

/**
 * Finds the name that belongs to an id. Asks outside any transaction: a question that fails would
 * spoil it.
 */
@Singleton
public class AppNames {

  private static final Logger LOG = Logger.getLogger(AppNames.class.getName());

  private final AppCatalog catalog;
  private final Deployments deployments;

  @Inject
  public AppNames(AppCatalog catalog, Deployments deployments) {
    this.catalog = catalog;
    this.deployments = deployments;
  }

  /**
   * The platform's name for the id; the last deployment's where the platform has no such app (any
   * more).
   */
  Optional<AppName> find(AppId id) {
    return catalog
        .find(id)
        .map(App::name)
        .or(() -> deployments.find(id).map(Deployment::appName).flatMap(AppName::parse));
  }

  /**
   * The event with the name that the database gives to its id. An event whose id nobody knows stays
   * as it is; so does every event while the tables cannot be read.
   */
  AppEvent resolve(AppEvent event) {
    if (event.id().isEmpty()) {
      return event;
    }
    try {
      return resolve(event, event.id().get());
    } catch (
        RuntimeException
            e) { // the platform's trouble, not the event's: it is looked up again later
      LOG.warning(() ->
          "The app with the id %s cannot be looked up: %s"
              .formatted(event.id().get(), Faults.describe(e)));
      return event;
    }
  }

  private AppEvent resolve(AppEvent event, AppId id) {
    if (event.name().isEmpty()) {
      return find(id).map(event::named).orElse(event);
    }
    AppName given = event.name().get();
    // Only the platform may contradict: a deployment's name can be out of date.
    return catalog
        .find(id)
        .map(App::name)
        .filter(known -> !known.equals(given))
        .map(known ->
            event
                .named(known)
                .noting("named %s, but the platform has its id as %s".formatted(given, known)))
        .orElse(event);
  }
}
