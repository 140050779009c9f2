package io.appserver.orchestrator.convergence.preview;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.decide.Answer;
import io.appserver.orchestrator.convergence.decide.Decide;
import io.appserver.orchestrator.convergence.decide.Decision;
import io.appserver.orchestrator.convergence.decide.Desired;
import io.appserver.orchestrator.convergence.decide.Facts;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.decide.Seen;
import io.appserver.orchestrator.convergence.spec.Spec;
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
    List<Deployment> rows = deployments.named(name);
    Optional<Deployment> row = Deployments.current(rows, app.map(App::id));
    List<ObservedContainer> owned = owned(name, row);
    Facts facts = facts(name, desired(app, action), rows, owned);
    row.map(Row::of).flatMap(facts::elsewhere).ifPresent(draft::elsewhere);
    Decision decision = Decide.decide(facts);
    if (action == Preview.Action.UNINSTALL) {
      removals.of(draft, app, row, owned, decision);
    } else {
      installs.of(draft, app.orElseThrow(), row, owned, decision);
    }
    return draft.forecast();
  }

  private List<ObservedContainer> owned(AppName name, Optional<Deployment> row) {
    var ownership =
        new Ownership(identity.get().installation(), settings.containers().namePrefix());
    return view.owned(identity.get().installation(), name).stream()
        .filter(c ->
            ownership.owns(name, c)
                || (ownership.ownsRecorded(name, c)
                    && row.filter(d -> Row.of(d).recorded(c.id())).isPresent()))
        .toList();
  }

  private static Desired desired(Optional<App> app, Preview.Action action) {
    if (app.isEmpty()) {
      return new Desired.Unknown();
    }
    return action == Preview.Action.UNINSTALL
        ? new Desired.NotInstalled()
        : new Desired.Installed(app.get());
  }

  /** What a look would go by if the platform wanted that. */
  private Facts facts(
      AppName name, Desired desired, List<Deployment> rows, List<ObservedContainer> owned) {
    Answer<Spec> spec =
        desired instanceof Desired.Installed(App app)
            ? Facts.asked(name, installs.read(app.id()))
            : new Answer.Unasked<>();
    return new Facts(
        identity.get().node(),
        desired,
        installs.held(name).isPresent(),
        Optional.empty(),
        rows.stream().map(Row::of).toList(),
        spec,
        new Answer.Known<>(owned.stream().map(container -> Seen.of(container, false)).toList()));
  }
}
