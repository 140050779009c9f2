package io.appserver.orchestrator.intake;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.intake.event.AppEvent;
import io.appserver.orchestrator.intake.store.SafeExceptionText;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;

/** Finds the name that belongs to an id. A question that fails spoils the caller's transaction. */
@Singleton
public class AppNames {

  private static final Logger LOG = Logger.getLogger(AppNames.class.getName());

  /** So many ids are asked for one by one. */
  private static final int FEW = 3;

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
        .or(() -> deployments.find(id).flatMap(Deployment::appName));
  }

  /**
   * The events with the names that the database gives to their ids. One whose id nobody knows stays
   * as it is; so does every event from where the tables cannot be read. Not to be called in a
   * transaction.
   */
  List<AppEvent> resolve(List<AppEvent> events) {
    return resolve(events, new Lookup(false));
  }

  /**
   * The same, as part of the caller's transaction.
   *
   * @throws RuntimeException if the tables cannot be read, or a row in them: {@link #resolve(List)}
   *     may find more
   */
  List<AppEvent> resolveAll(List<AppEvent> events) {
    return resolve(events, new Lookup(true));
  }

  private static List<AppEvent> resolve(List<AppEvent> events, Lookup lookup) {
    if (events.stream().map(AppEvent::id).flatMap(Optional::stream).distinct().count() > FEW) {
      lookup.readInstalled();
    }
    return events.stream().map(lookup::resolve).toList();
  }

  /** Asks for each id once, and no more after a question failed: that may take seconds. */
  private final class Lookup {

    private final Map<AppId, Optional<AppName>> ofPlatform = new HashMap<>();
    private final Map<AppId, Optional<AppName>> ofAnybody = new HashMap<>();
    private final boolean throwing;
    private boolean failed;

    /**
     * @param throwing whether a question that fails is the caller's to deal with
     */
    Lookup(boolean throwing) {
      this.throwing = throwing;
    }

    /** One question answers for most of many ids. */
    void readInstalled() {
      try {
        for (App app : catalog.installed()) {
          ofPlatform.put(app.id(), Optional.of(app.name()));
          ofAnybody.put(app.id(), Optional.of(app.name()));
        }
      } catch (RuntimeException e) {
        note("Apps", e);
      }
    }

    AppEvent resolve(AppEvent event) {
      if (event.id().isEmpty() || failed) {
        return event;
      }
      try {
        return resolve(event, event.id().get());
      } catch (RuntimeException e) {
        note("The app with the id " + event.id().get(), e);
        return event;
      }
    }

    /** It is the platform's trouble, not the event's: what has no name is looked up again later. */
    private void note(String which, RuntimeException e) {
      if (throwing) {
        throw e;
      }
      failed = true;
      LOG.warning(
          () -> "%s cannot be looked up: %s".formatted(which, SafeExceptionText.describe(e)));
    }

    private AppEvent resolve(AppEvent event, AppId id) {
      if (event.name().isEmpty()) {
        return ofAnybody.computeIfAbsent(id, AppNames.this::find).map(event::named).orElse(event);
      }
      AppName given = event.name().get();
      // Only the platform may contradict: a deployment's name can be out of date.
      return ofPlatform
          .computeIfAbsent(id, unknown -> catalog.find(unknown).map(App::name))
          .filter(known -> !known.equals(given))
          .map(known ->
              event
                  .named(known)
                  .noting("named %s, but the platform has its id as %s".formatted(given, known)))
          .orElse(event);
    }
  }
}
