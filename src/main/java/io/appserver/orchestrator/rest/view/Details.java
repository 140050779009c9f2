package io.appserver.orchestrator.rest.view;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.preview.Neighbours;
import io.appserver.orchestrator.convergence.preview.Previews;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.History;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.failure.explanation.Explanation;
import io.appserver.orchestrator.failure.explanation.Explanations;
import io.appserver.orchestrator.failure.explanation.KnownMessage;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Everything there is to know of one app, but for its history and its output. */
@Singleton
public class Details {

  /** Entries in which the newest failure and the newest step are looked for. */
  private static final int RECENT = 50;

  private final DeploymentOverview overview;
  private final AppCatalog catalog;
  private final History history;
  private final ProbeHistory probes;
  private final Previews previews;
  private final Neighbours neighbours;
  private final Volumes volumes;

  @Inject
  Details(
      DeploymentOverview overview,
      AppCatalog catalog,
      History history,
      ProbeHistory probes,
      Previews previews,
      Neighbours neighbours,
      Volumes volumes) {
    this.overview = overview;
    this.catalog = catalog;
    this.history = history;
    this.probes = probes;
    this.previews = previews;
    this.neighbours = neighbours;
    this.volumes = volumes;
  }

  /** A setting of the app that is the orchestrator's business. */
  public record Setting(String name, String value) {}

  /** A variable that the container gets; its value is nobody's business. */
  public record Variable(String name) {}

  /**
   * A volume with data of an app of that name.
   *
   * @param path where it was mounted last; empty while that is not known
   * @param origin {@code setting} ({@code docker.volume.path}), {@code image} (a VOLUME of it) or
   *     {@code foreign} (a container that was not ours had it)
   * @param owner the id of the app whose data it is
   * @param inUse whether that app is installed on that node; else it may be purged
   * @param purgedBy the operator who wants it removed, until it is
   */
  @Schema(name = "Volume")
  public record Volume(
      String name,
      String node,
      String path,
      String origin,
      String owner,
      boolean inUse,
      Optional<String> purgedBy) {

    static Volume of(DataVolume volume, DeploymentView row) {
      return new Volume(
          volume.name(),
          volume.node(),
          volume.path(),
          volume.origin().word(),
          volume.appId().toString(),
          row.installed()
              && row.appId().equals(volume.appId().toString())
              && row.node().filter(volume.node()::equals).isPresent(),
          volume.purgedBy());
    }
  }

  /**
   * What may be done.
   *
   * @param allowed whether it would change anything; what is so already is accepted all the same
   * @param why not, where it would not
   */
  public record Action(String name, boolean allowed, Optional<String> why) {}

  /**
   * One app.
   *
   * @param deployment what lists show of it
   * @param explanation of its reason, where it has one
   * @param fence of the lease that its last step was done under
   */
  public record View(
      DeploymentView deployment,
      Optional<Explanation> explanation,
      List<Variable> environment,
      List<Neighbours.Neighbour> dependencies,
      List<Neighbours.Neighbour> dependants,
      List<Setting> settings,
      List<Volume> volumes,
      Optional<ProbeHistory.Probe> lastProbe,
      long fence,
      List<Action> actions) {}

  public View of(AppName app) {
    DeploymentView row = overview.find(app).orElseThrow(() -> AppNameParam.unknown(app));
    var id = new AppId(UUID.fromString(row.appId()));
    List<History.Entry> recent = history.of(app, Optional.empty(), RECENT);
    List<Volume> data = volumes.of(app).stream().map(volume -> Volume.of(volume, row)).toList();
    return new View(
        row,
        row.reason()
            .flatMap(reason -> Explanations.of(recognised(recent, reason.code())))
            .map(explanation -> explanation.forApp(app.value())),
        previews.environment(id, app).stream().map(Variable::new).toList(),
        neighbours.dependencies(id),
        neighbours.dependants(id),
        settings(id),
        data,
        probes.last(app),
        recent.stream().map(History.Entry::fence).filter(fence -> fence > 0).findFirst().orElse(0L),
        actions(row, data));
  }

  /** What the app itself said of it, where that was understood, tells more than the code. */
  private static String recognised(List<History.Entry> recent, String code) {
    return recent.stream()
        .filter(entry -> entry.code().filter(code::equals).isPresent())
        .findFirst()
        .map(entry -> entry.details().get(KnownMessage.DETAIL))
        .orElse(code);
  }

  private List<Setting> settings(AppId id) {
    return catalog.settings(id).entrySet().stream()
        .filter(setting -> setting.getKey().startsWith("docker."))
        .sorted(java.util.Map.Entry.comparingByKey())
        .map(setting -> new Setting(setting.getKey(), setting.getValue()))
        .toList();
  }

  private static List<Action> actions(DeploymentView row, List<Volume> data) {
    Optional<String> notInstalled =
        row.installed() ? Optional.empty() : Optional.of("it is not installed");
    Optional<String> held = row.held().map(hold -> "it is held; release it first");
    return List.of(
        action("restart", notInstalled.or(() -> held)),
        action("redeploy", notInstalled.or(() -> held)),
        action("hold", notInstalled.or(() -> row.held().map(hold -> "it is held already"))),
        action(
            "release", row.held().isPresent() ? Optional.empty() : Optional.of("it is not held")),
        action("move", notInstalled),
        action("purge", whyNoPurge(data)),
        action("keep-data", whyNothingToKeep(row, data)));
  }

  private static Optional<String> whyNoPurge(List<Volume> data) {
    if (data.isEmpty()) {
      return Optional.of("it has no data volume");
    }
    return data.stream().allMatch(Volume::inUse)
        ? Optional.of("its data is in use; uninstall it first")
        : Optional.empty();
  }

  private static Optional<String> whyNothingToKeep(DeploymentView row, List<Volume> data) {
    return row.installed()
            && data.stream()
                .anyMatch(volume ->
                    !volume.owner().equals(row.appId())
                        && row.node().filter(volume.node()::equals).isPresent())
        ? Optional.empty()
        : Optional.of("there is no data of another app of that name");
  }

  private static Action action(String name, Optional<String> whyNot) {
    return new Action(name, whyNot.isEmpty(), whyNot);
  }
}
