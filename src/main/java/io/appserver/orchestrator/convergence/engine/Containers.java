package io.appserver.orchestrator.convergence.engine;

import static java.util.stream.Collectors.toSet;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.CreateResult;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.Ownership;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.runtime.VolumeMount;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** An app's containers: which are ours, and how a new one is made and won. */
@Singleton
public final class Containers {

  private static final int MOST_RIVALS = 5;

  /** Of the part of a volume's name that tells people which path it is for. */
  private static final int LONGEST_PATH = 60;

  /** What tells an id from the name of a container, a volume or a network in the journal. */
  private static final Pattern CONTAINER_ID = Pattern.compile("[0-9a-f]{64}");

  private final Settings settings;
  private final Identity identity;
  private final RuntimeView view;
  private final JournaledCalls calls;
  private final WorkStore work;
  private final Deployments deployments;
  private final Ownership ownership;
  private final ContainerSpecs specs;

  @Inject
  public Containers(
      Settings settings,
      Identity identity,
      RuntimeView view,
      JournaledCalls calls,
      WorkStore work,
      Deployments deployments) {
    this.deployments = deployments;
    this.ownership = new Ownership(identity.installation(), settings.containers().namePrefix());
    this.specs = new ContainerSpecs(settings, identity);
    this.settings = settings;
    this.identity = identity;
    this.view = view;
    this.calls = calls;
    this.work = work;
  }

  public ContainerName nameOf(AppName app) {
    return ContainerName.of(settings.containers().namePrefix(), app);
  }

  /** The name of a container that waits for its successor. */
  public ContainerName asideNameOf(AppName app) {
    return nameOf(app).aside();
  }

  public String volumeNameOf(AppName app) {
    return nameOf(app).value() + "-data";
  }

  /**
   * The volume for a path that the app's image declares a VOLUME. No other app has it: a name has
   * no double dash, and an app that is registered anew has another id.
   */
  public String volumeNameOf(App app, String path) {
    String readable = path.substring(1).replaceAll("[^A-Za-z0-9_.]+", "-");
    return "%s--%s-%08x"
        .formatted(
            nameOf(app.name()),
            readable.length() > LONGEST_PATH ? readable.substring(0, LONGEST_PATH) : readable,
            (app.id() + path).hashCode());
  }

  /** The app's containers that are ours. */
  public List<ObservedContainer> owned(Run run) {
    return run.aside(() -> view.owned(identity.installation(), run.app())).stream()
        .filter(container -> isOurs(run, container))
        .toList();
  }

  /** The container that has the id now, if it is the app's, and ours: an id in a row is a hint. */
  public Optional<ObservedContainer> find(Run run, ContainerId id) {
    return run.aside(() -> view.inspect(id)).filter(container -> isOurs(run, container));
  }

  private boolean isOurs(Run run, ObservedContainer container) {
    AppName app = run.app();
    ContainerId id = container.id();
    return ownership.owns(app, container)
        || (ownership.isLabelled(app, container)
            && (ownership.isNamed(app, container) || work.hasStarted(run.lease(), id.value()))
            && deployments.named(app).stream().anyMatch(row -> Row.of(row).recorded(id)));
  }

  /** Whether a person gave it a name that is not its own. */
  public boolean isRenamed(AppName app, ObservedContainer container) {
    return !ownership.isNamed(app, container);
  }

  /**
   * Closes what was never answered, as far as it can be seen what became of it: nothing can befall
   * a container that is gone, and one that runs was started. A start that comes once more finds it
   * running, and changes nothing.
   *
   * @param unanswered the targets of such calls
   * @return those of them of which it cannot be seen
   */
  public Set<String> settleKnown(Run run, List<ObservedContainer> owned, Set<String> unanswered) {
    if (unanswered.isEmpty()) {
      return unanswered;
    }
    Set<String> there = owned.stream().map(c -> c.id().value()).collect(toSet());
    unanswered.stream()
        .filter(target -> !there.contains(target) && CONTAINER_ID.matcher(target).matches())
        .filter(target -> find(run, new ContainerId(target)).isEmpty())
        .forEach(target -> work.settle(run.lease(), target));
    owned.stream()
        .filter(container -> container.status() == ObservedContainer.Status.RUNNING)
        .map(container -> container.id().value())
        .filter(unanswered::contains)
        .forEach(target -> work.settle(run.lease(), target, JournaledCalls.START));
    return condemned(run.lease());
  }

  /** The targets of calls with no answer, which may still befall them. */
  public Set<String> condemned(Lease lease) {
    return work.condemned(lease);
  }

  /** Whether a call with no answer may still befall it. */
  public boolean condemned(Run run, ObservedContainer container) {
    return condemned(run.lease()).contains(container.id().value());
  }

  /**
   * Nothing could take its place: what a call with no answer may do to it yet is put up with, and
   * put right then.
   */
  public void trust(Run run, ObservedContainer container) {
    work.settle(run.lease(), container.id().value());
  }

  public void removeAll(Run run, List<ObservedContainer> owned) {
    for (ObservedContainer container : owned) {
      run.checkpoint();
      remove(run, container);
    }
  }

  public void remove(Run run, ObservedContainer container) {
    stop(run, container);
    calls.remove(run, container.id());
  }

  public void stop(Run run, ObservedContainer container) {
    boolean mayRun =
        switch (container.status()) {
          case RUNNING, PAUSED, RESTARTING -> true;
          case CREATED, REMOVING, EXITED, DEAD -> false;
        };
    if (mayRun) {
      calls.stop(run, container.id());
    }
  }

  /** Makes a volume for the app unless it is there; true if it was made now. */
  public boolean ensureVolume(Run run, App app, String name) {
    return calls.ensureVolume(
        run,
        name,
        Map.of(
            ContainerLabels.INSTALLATION, identity.installation(),
            ContainerLabels.APP_ID, app.id().toString(),
            ContainerLabels.APP_NAME, app.name().value()));
  }

  /** The container that is to give way by the operator's word: it has the name and no labels. */
  public Optional<ObservedContainer> toBeAdopted(AppName app) {
    return settings.containers().adoptExisting()
        ? view.inspect(nameOf(app)).filter(Containers::isUnlabelled)
        : Optional.empty();
  }

  private static boolean isUnlabelled(ObservedContainer container) {
    return container.labels().keySet().stream()
        .noneMatch(label -> label.startsWith(ContainerLabels.PREFIX));
  }

  /**
   * Makes the container. Its name is the compare-and-swap: one of ours that has it gives way, one
   * that is not ours stays.
   *
   * @param opening stores what the making brings with it
   * @throws DeploymentException with {@code name_conflict} if a container that is not ours has the
   *     name
   */
  public ContainerId create(
      Run run,
      App app,
      Spec wanted,
      int generation,
      Image image,
      List<VolumeMount> volumes,
      Journal.Opening opening) {
    ContainerSpec spec = specs.of(run.lease(), app, wanted, generation, image, volumes);
    for (int rival = 0; rival < MOST_RIVALS; rival++) {
      switch (calls.create(run, spec, opening)) {
        case CreateResult.Created created -> {
          return created.id();
        }
        case CreateResult.NameTaken taken -> {
          Optional<ObservedContainer> holder = run.aside(() -> view.inspect(spec.name()));
          if (holder.isPresent()) {
            giveWay(run, spec, holder.get());
          }
        }
      }
    }
    throw new DeploymentException(
        FailureCode.NAME_CONFLICT,
        "the container name %s was taken again and again; is a second orchestrator with the same installation id at work?"
            .formatted(spec.name()));
  }

  private void giveWay(Run run, ContainerSpec spec, ObservedContainer holder) {
    boolean ours =
        holder
            .ownedBy(identity.installation())
            .filter(labels -> labels.appName().equals(run.app()))
            .isPresent();
    if (!ours && !(isUnlabelled(holder) && settings.containers().adoptExisting())) {
      throw new DeploymentException(
          FailureCode.NAME_CONFLICT,
          "a container named %s (%s) is there already and does not belong to this installation; remove or rename it, or set APPSERVER_DOCKER_ADOPT_EXISTING=true to let it be replaced"
              .formatted(spec.name(), holder.id().abbreviated()));
    }
    remove(run, holder);
  }
}
