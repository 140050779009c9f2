package io.appserver.orchestrator.convergence.preview;

import io.appserver.orchestrator.app.AppName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What would be done for an app.
 *
 * @param action {@code install}, {@code uninstall} or {@code redeploy}
 * @param possible whether it would come to its end as things are
 * @param why not; empty where it would
 * @param steps in their order; an app that is waited for may hold them up
 * @param environment names of the variables that the container would get
 */
public record Preview(
    String app,
    String action,
    boolean possible,
    String why,
    List<Step> steps,
    List<Pull> pulls,
    List<Change> containers,
    List<Change> volumes,
    List<String> environment,
    List<Neighbours.Neighbour> dependencies,
    List<Neighbours.Neighbour> dependants,
    Optional<Disk> disk) {

  /** What a forecast may be of. */
  public enum Action {
    INSTALL,
    UNINSTALL,
    REDEPLOY;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One thing that would be done.
   *
   * @param verb pull, create, start, stop, remove, keep or wait
   * @param target an image, a container, a volume or an app
   */
  public record Step(String verb, String target, String why) {}

  /**
   * An image that would be asked for.
   *
   * @param present whether the engine has one of that name
   * @param bytes of all its layers as they are sent, those included that the engine has; empty if
   *     the registry does not say
   */
  public record Pull(String image, boolean present, OptionalLong bytes) {}

  /**
   * The room at the engine, where it is on this host.
   *
   * @param neededBytes about what the pull takes while it is unpacked: the layers as they are sent
   */
  public record Disk(long freeBytes, OptionalLong neededBytes) {}

  /** What would become of a container or volume: create, replace, keep or remove. */
  public record Change(String name, String action) {}

  /** A forecast in the making. */
  static final class Draft {
    private final AppName app;
    private final Action action;
    private final List<String> obstacles = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Pull> pulls = new ArrayList<>();
    private final List<Change> containers = new ArrayList<>();
    private final List<Change> volumes = new ArrayList<>();
    private List<String> environment = List.of();
    private List<Neighbours.Neighbour> dependencies = List.of();
    private List<Neighbours.Neighbour> dependants = List.of();
    private Optional<Disk> disk = Optional.empty();
    private boolean elsewhere;

    Draft(AppName app, Action action) {
      this.app = app;
      this.action = action;
    }

    AppName app() {
      return app;
    }

    Action action() {
      return action;
    }

    void impossible(String why) {
      obstacles.add(why);
    }

    void step(String verb, String target, String why) {
      steps.add(new Step(verb, target, why));
    }

    void pull(String image, boolean present, OptionalLong bytes) {
      pulls.add(new Pull(image, present, bytes));
    }

    void container(String name, String change) {
      containers.add(new Change(name, change));
    }

    void volume(String name, String change) {
      volumes.add(new Change(name, change));
    }

    void environment(List<String> names) {
      environment = names;
    }

    boolean isElsewhere() {
      return elsewhere;
    }

    void elsewhere(String node) {
      elsewhere = true;
      impossible(
          "it is on node %s, and its containers are seen only by the orchestrator there"
              .formatted(node));
    }

    void neighbours(List<Neighbours.Neighbour> needed, List<Neighbours.Neighbour> needing) {
      dependencies = needed;
      dependants = needing;
    }

    void disk(Optional<Disk> seen) {
      disk = seen;
    }

    Preview forecast() {
      return new Preview(
          app.value(),
          action.word(),
          obstacles.isEmpty(),
          String.join("; ", obstacles),
          List.copyOf(steps),
          List.copyOf(pulls),
          List.copyOf(containers),
          List.copyOf(volumes),
          environment,
          dependencies,
          dependants,
          disk);
    }
  }
}
