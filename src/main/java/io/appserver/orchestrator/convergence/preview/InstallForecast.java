package io.appserver.orchestrator.convergence.preview;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.app.Dependency;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.decide.Decision;
import io.appserver.orchestrator.convergence.dependency.DependencyCycles;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.spec.SettingsRead;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.environment.ContainerEnvironment;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** What putting an app up, or replacing its container, would do. */
@Singleton
public class InstallForecast {

  private final Settings settings;
  private final AppCatalog catalog;
  private final OperatorRequests requests;
  private final RuntimeView view;
  private final Provider<Identity> identity;
  private final Neighbours neighbours;
  private final PullForecast pulls;

  @Inject
  public InstallForecast(
      Settings settings,
      AppCatalog catalog,
      OperatorRequests requests,
      RuntimeView view,
      Provider<Identity> identity,
      Neighbours neighbours,
      PullForecast pulls) {
    this.settings = settings;
    this.catalog = catalog;
    this.requests = requests;
    this.view = view;
    this.identity = identity;
    this.neighbours = neighbours;
    this.pulls = pulls;
  }

  /** The names of the variables that the app's container has, or would have. */
  List<String> environment(AppId id, AppName app) {
    int port = read(id).valid().map(Spec::port).orElseGet(() -> Spec.of(AppSettings.none()).port());
    return ContainerEnvironment.of(settings, id, app, port).names();
  }

  SettingsRead read(AppId id) {
    return SettingsRead.of(catalog.settings(id), false, Optional::empty);
  }

  void of(
      Preview.Draft draft,
      App app,
      Optional<Deployment> row,
      List<ObservedContainer> owned,
      Decision decision) {
    draft.neighbours(neighbours.dependencies(app.id()), neighbours.dependants(app.id()));
    if (draft.action() == Preview.Action.REDEPLOY && !app.installed()) {
      draft.impossible("%s is not installed".formatted(app.name()));
    }
    SettingsRead read = read(app.id());
    if (read instanceof SettingsRead.Invalid invalid) {
      draft.impossible(invalid.words());
      return;
    }
    Spec spec = read.valid().orElseThrow();
    held(app.name())
        .ifPresent(why -> draft.impossible("it is %s; release it first".formatted(why)));
    new DependencyCycles(catalog)
        .from(app.id())
        .ifPresent(
            cycle -> draft.impossible("its dependencies go in a circle: %s".formatted(cycle)));
    needs(draft, app.id());
    draft.environment(environment(app.id(), app.name()));
    var name = ContainerName.of(settings.containers().namePrefix(), app.name());
    nameTaken(draft, name);
    Optional<ObservedContainer> running =
        owned.stream()
            .filter(container ->
                row.flatMap(deployment -> deployment.containers().id())
                    .filter(container.id()::equals)
                    .isPresent())
            .findFirst();
    if (draft.action() == Preview.Action.INSTALL && isKept(decision)) {
      draft.step("keep", name.value(), "it runs and is healthy; nothing is to be done");
      draft.container(name.value(), "keep");
      return;
    }
    pulls.pull(draft, spec.image(app.name(), settings));
    volume(draft, spec.settings(), name);
    if (running.isPresent()) {
      draft.step("stop", name.value(), "kept aside until its successor is healthy");
    }
    draft.step("create", name.value(), "on network " + settings.containers().networkName());
    draft.step("start", name.value(), "");
    draft.step(
        "wait",
        name.value(),
        "until it is healthy, at most %d s".formatted(settings.timeouts().start().toSeconds()));
    running.ifPresent(old -> draft.step("remove", old.id().abbreviated(), "the one before"));
    draft.container(name.value(), running.isPresent() ? "replace" : "create");
  }

  /** Why an operator holds the app; empty if none does. */
  Optional<String> held(AppName app) {
    return requests.of(app).held();
  }

  /** What runs as it should is not touched, also while an update of it waits. */
  private static boolean isKept(Decision decision) {
    return switch (decision) {
      case Decision.Keep keep -> true;
      case Decision.Check check -> true;
      case Decision.AwaitUpdate await -> true;
      default -> false;
    };
  }

  private void needs(Preview.Draft draft, AppId id) {
    for (Dependency dependency : catalog.dependencies(id)) {
      Neighbours.Neighbour needed = neighbours.neighbour(dependency.dependsOn(), dependency.kind());
      if (dependency.kind() == Dependency.Kind.HARD && !needed.healthy()) {
        draft.step(
            "wait", needed.app(), "it is %s, and must be healthy first".formatted(needed.state()));
        neighbours
            .whyNever(dependency.dependsOn(), needed, identity.get().node())
            .ifPresent(draft::impossible);
      }
    }
  }

  private void nameTaken(Preview.Draft draft, ContainerName name) {
    view.inspect(name)
        .filter(holder -> holder.ownedBy(identity.get().installation()).isEmpty())
        .filter(holder -> !settings.containers().adoptExisting())
        .ifPresent(holder ->
            draft.impossible(
                "a container named %s (%s) is there already and does not belong to this installation"
                    .formatted(name, holder.id().abbreviated())));
  }

  private void volume(Preview.Draft draft, AppSettings own, ContainerName name) {
    own.volumePath()
        .ifPresent(path -> {
          String volume = name.value() + "-data";
          boolean there = view.volume(volume).isPresent();
          draft.volume(volume, there ? "keep" : "create");
          draft.step(there ? "keep" : "create", volume, "mounted at " + path);
        });
  }
}
