package io.appserver.orchestrator.convergence.preview;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.app.Dependency;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.dependency.DependencyCycles;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.spec.SettingsRead;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.environment.ContainerEnvironment;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.ImageSizes;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.Ownership;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What an install, an uninstall or a redeploy would do, without doing any of it. */
@Singleton
public class Previews {

  private static final String NOT_INSTALLED = "not installed";

  private final Settings settings;
  private final AppCatalog catalog;
  private final Deployments deployments;
  private final Volumes volumes;
  private final OperatorRequests requests;
  private final RuntimeView view;
  private final ImageSizes sizes;
  private final Provider<Identity> identity;

  @Inject
  public Previews(
      Settings settings,
      AppCatalog catalog,
      Deployments deployments,
      Volumes volumes,
      OperatorRequests requests,
      RuntimeView view,
      ImageSizes sizes,
      Provider<Identity> identity) {
    this.settings = settings;
    this.catalog = catalog;
    this.deployments = deployments;
    this.volumes = volumes;
    this.requests = requests;
    this.view = view;
    this.sizes = sizes;
    this.identity = identity;
  }

  /**
   * An app that another one needs, or that needs it.
   *
   * @param kind {@code HARD} or {@code SOFT}
   * @param state of its deployment; {@code not installed} where it is not to run
   */
  public record Neighbour(String app, String kind, String state, String health) {
    private boolean healthy() {
      return state.equals(DeploymentState.HEALTHY.code());
    }
  }

  /** The names of the variables that the app's container has, or would have. */
  public List<String> environment(AppId id, AppName app) {
    int port = read(id).valid().map(Spec::port).orElseGet(() -> Spec.of(AppSettings.none()).port());
    return ContainerEnvironment.of(settings, id, app, port).names();
  }

  /** What the app needs, in the platform's order. */
  public List<Neighbour> dependencies(AppId id) {
    return catalog.dependencies(id).stream()
        .map(dependency -> neighbour(dependency.dependsOn(), dependency.kind()))
        .toList();
  }

  /** The installed apps that need it. */
  public List<Neighbour> dependants(AppId id) {
    return catalog.dependants(id).stream()
        .map(catalog::find)
        .flatMap(Optional::stream)
        .map(dependant -> neighbour(dependant.id(), kind(dependant.id(), id)))
        .toList();
  }

  private Dependency.Kind kind(AppId dependant, AppId needed) {
    return catalog.dependencies(dependant).stream()
        .filter(dependency -> dependency.dependsOn().equals(needed))
        .map(Dependency::kind)
        .findFirst()
        .orElse(Dependency.Kind.SOFT);
  }

  private Neighbour neighbour(AppId id, Dependency.Kind kind) {
    Optional<App> app = catalog.find(id);
    Optional<Deployment> row = deployments.find(id);
    boolean wanted = app.filter(App::installed).isPresent();
    return new Neighbour(
        app.map(known -> known.name().value()).orElse(id.toString()),
        kind.name(),
        wanted ? row.map(Deployment::state).orElse(DeploymentState.PENDING).code() : NOT_INSTALLED,
        row.map(deployment -> deployment.health().status().code()).orElse("unknown"));
  }

  private SettingsRead read(AppId id) {
    return SettingsRead.of(catalog.settings(id), false, Optional::empty);
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
    app.ifPresent(known -> {
      draft.neighbours(dependencies(known.id()), dependants(known.id()));
    });
    var ownership =
        new Ownership(identity.get().installation(), settings.containers().namePrefix());
    List<ObservedContainer> owned =
        view.owned(identity.get().installation(), name).stream()
            .filter(c ->
                ownership.owns(name, c)
                    || (ownership.ownsRecorded(name, c)
                        && row.filter(d -> Row.of(d).recorded(c.id().value())).isPresent()))
            .toList();
    if (action == Preview.Action.UNINSTALL) {
      elsewhere(draft, row, owned);
      uninstall(draft, row, owned);
    } else {
      put(draft, app.orElseThrow(), row, owned);
    }
    return draft.forecast();
  }

  private void uninstall(
      Preview.Draft draft, Optional<Deployment> row, List<ObservedContainer> owned) {
    if (owned.isEmpty() && row.filter(d -> d.state() != DeploymentState.STOPPED).isEmpty()) {
      draft.impossible("there is nothing of it to take away");
    }
    for (ObservedContainer container : owned) {
      if (container.running()) {
        draft.step("stop", container.name().value(), "by its stop signal, then by force");
      }
      draft.step("remove", container.name().value(), "its volumes stay");
      draft.container(container.name().value(), "remove");
    }
    row.stream()
        .flatMap(deployment ->
            volumes.of(draft.app()).stream()
                .filter(volume -> volume.appId().equals(deployment.appId())))
        .filter(volume -> volume.node().equals(identity.get().node()))
        .map(DataVolume::name)
        .forEach(volume -> {
          draft.step("keep", volume, "data goes only when an operator says so");
          draft.volume(volume, "keep");
        });
  }

  private void put(
      Preview.Draft draft, App app, Optional<Deployment> row, List<ObservedContainer> owned) {
    if (draft.action() == Preview.Action.REDEPLOY && !app.installed()) {
      draft.impossible("%s is not installed".formatted(app.name()));
    }
    SettingsRead read = read(app.id());
    if (read instanceof SettingsRead.Invalid invalid) {
      draft.impossible(invalid.words());
      return;
    }
    Spec spec = read.valid().orElseThrow();
    Optional<String> held = requests.of(app.name()).held();
    held.ifPresent(why -> draft.impossible("it is %s; release it first".formatted(why)));
    elsewhere(draft, row, owned);
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
                    .filter(container.id().value()::equals)
                    .isPresent())
            .findFirst();
    if (draft.action() == Preview.Action.INSTALL
        && row.filter(d -> d.appId().equals(app.id()))
            .filter(d -> d.state() == DeploymentState.HEALTHY)
            .isPresent()
        && running.filter(ObservedContainer::running).isPresent()) {
      draft.step("keep", name.value(), "it runs and is healthy; nothing is to be done");
      draft.container(name.value(), "keep");
      return;
    }
    image(draft, spec.image(app.name(), settings));
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

  /** A container that its row counts on and that is here says more than the name of a node. */
  private void elsewhere(
      Preview.Draft draft, Optional<Deployment> row, List<ObservedContainer> owned) {
    row.filter(d -> owned.stream().noneMatch(c -> Row.of(d).recorded(c.id().value())))
        .flatMap(d -> Row.of(d).homeBut(identity.get().node()))
        .ifPresent(node ->
            draft.impossible(
                "it is on node %s, and its containers are seen only by the orchestrator there"
                    .formatted(node)));
  }

  private void needs(Preview.Draft draft, AppId id) {
    for (Dependency dependency : catalog.dependencies(id)) {
      Neighbour needed = neighbour(dependency.dependsOn(), dependency.kind());
      if (dependency.kind() == Dependency.Kind.HARD && !needed.healthy()) {
        draft.step(
            "wait", needed.app(), "it is %s, and must be healthy first".formatted(needed.state()));
        whyNever(dependency.dependsOn(), needed).ifPresent(draft::impossible);
      }
    }
  }

  /** Why waiting alone does not help. */
  private Optional<String> whyNever(AppId id, Neighbour needed) {
    if (needed.state().equals(NOT_INSTALLED)) {
      return Optional.of("it needs %s, which is not installed".formatted(needed.app()));
    }
    Optional<Deployment> row = deployments.find(id);
    if (row.filter(d -> d.state() == DeploymentState.FAILED).isPresent()) {
      return Optional.of(
          "it needs %s, which failed (%s)"
              .formatted(
                  needed.app(),
                  row.flatMap(deployment -> deployment.reason().code()).orElse("no reason kept")));
    }
    return row.flatMap(d -> Row.of(d).homeBut(identity.get().node()))
        .map(node ->
            "it needs %s on the same node, and that is on node %s".formatted(needed.app(), node));
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

  private void image(Preview.Draft draft, ImageReference image) {
    boolean present = view.image(image.toString()).isPresent();
    OptionalLong bytes = sizes.compressed(image);
    draft.pull(image.toString(), present, bytes);
    draft.disk(free().map(free -> new Preview.Disk(free, bytes)));
    draft.step(
        "pull",
        image.toString(),
        present
            ? "the engine has it; only what changed is fetched"
            : "the engine does not have it");
  }

  /** Of the engine's disk; it can be seen only where that is here, and may be read. */
  private Optional<Long> free() {
    Path directory = Path.of(view.engine().directory());
    if (!settings.engine().host().startsWith("unix:") || !Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.getFileStore(directory).getUsableSpace());
    } catch (IOException e) {
      return Optional.empty();
    }
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
