package io.appserver.orchestrator.convergence.preview;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.Ownership;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** What an install, an uninstall or a redeploy would do, without doing any of it. */
@Singleton
public class Previews {

  private final Settings settings;
  private final AppCatalog catalog;
  private final Deployments deployments;
  private final RuntimeView view;
  private final Provider<Identity> identity;
  private final InstallForecast installs;
  private final RemovalForecast removals;

  @Inject
  public Previews(
      Settings settings,
      AppCatalog catalog,
      Deployments deployments,
      RuntimeView view,
      Provider<Identity> identity,
      InstallForecast installs,
      RemovalForecast removals) {
    this.settings = settings;
    this.catalog = catalog;
    this.deployments = deployments;
    this.view = view;
    this.identity = identity;
    this.installs = installs;
    this.removals = removals;
  }

  /** The names of the variables that the app's container has, or would have. */
  public List<String> environment(AppId id, AppName app) {
    return installs.environment(id, app);
  }

  /** What putting the app up would do now. */
  public Preview install(AppName name) {
    return of(name, Preview.Action.INSTALL);
  }

  /** What replacing its container would do now. */
  public Preview redeploy(AppName name) {
    return of(name, Preview.Action.REDEPLOY);
  }

  /** What taking it away would do now. */
  public Preview uninstall(AppName name) {
    return of(name, Preview.Action.UNINSTALL);
  }

  private Preview of(AppName name, Preview.Action action) {
    Optional<App> app = catalog.find(name);
    var draft = new Preview.Draft(name, action);
    if (app.isEmpty()) {
      draft.impossible("the platform has no app " + name);
      if (action != Preview.Action.UNINSTALL) {
        return draft.forecast();
      }
    }
    Optional<Deployment> row = Deployments.current(deployments.named(name), app.map(App::id));
    var ownership =
        new Ownership(identity.get().installation(), settings.containers().namePrefix());
    List<ObservedContainer> owned =
        view.owned(identity.get().installation(), name).stream()
            .filter(c ->
                ownership.owns(name, c)
                    || (ownership.ownsRecorded(name, c)
                        && row.filter(d -> Row.of(d).recorded(c.id().value())).isPresent()))
            .toList();
    Optional<String> elsewhere = elsewhere(row, owned);
    if (action == Preview.Action.UNINSTALL) {
      removals.of(draft, app, row, owned, elsewhere);
    } else {
      installs.of(draft, app.orElseThrow(), row, owned, elsewhere);
    }
    return draft.forecast();
  }

  /** A container that its row counts on and that is here says more than the name of a node. */
  private Optional<String> elsewhere(Optional<Deployment> row, List<ObservedContainer> owned) {
    return row.filter(d -> owned.stream().noneMatch(c -> Row.of(d).recorded(c.id().value())))
        .flatMap(d -> Row.of(d).homeBut(identity.get().node()));
  }
}
