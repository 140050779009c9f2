package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppDetails;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.decide.Answer;
import io.appserver.orchestrator.convergence.decide.Desired;
import io.appserver.orchestrator.convergence.decide.Facts;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.decide.Seen;
import io.appserver.orchestrator.convergence.operation.OperatorRequest;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads what a look goes by, each thing once. */
final class Gather {

  private final Parts parts;

  Gather(Parts parts) {
    this.parts = parts;
  }

  /**
   * What is known of the app, its containers' own bookkeeping brought up to date.
   *
   * @param owned its containers that are ours
   * @throws PlatformUnavailableException while it cannot be told whether the app should run
   */
  Gathered of(Run run, List<ObservedContainer> owned) {
    Gathered read = readWithDetails(run, owned);
    Set<String> condemned = parts.containers().settleKnown(run, owned, read.condemned());
    noteVolumes(run, read);
    return condemned.equals(read.condemned()) ? read : read.withCondemned(condemned);
  }

  /** What is besides told of the app is needed only if it is to be brought up. */
  private Gathered readWithDetails(Run run, List<ObservedContainer> owned) {
    try {
      return parts
          .ledger()
          .reading(() -> {
            Gathered read = read(run, owned);
            return read.app()
                .filter(App::installed)
                .map(app -> read.withDetails(known(parts.catalog().details(app.id()))))
                .orElse(read);
          });
    } catch (PlatformUnavailableException e) {
      Failure failure = Failure.of(FailureCode.PLATFORM_SCHEMA, String.valueOf(e.getMessage()));
      Gathered read = parts.ledger().reading(() -> read(run, owned));
      return read.withDetails(new Answer.Refused<>(failure));
    }
  }

  private static Answer<AppDetails> known(AppDetails details) {
    return new Answer.Known<>(details);
  }

  private Gathered read(Run run, List<ObservedContainer> owned) {
    Optional<App> app = parts.catalog().find(run.app());
    List<Deployment> rows = parts.deployments().named(run.app());
    Optional<Deployment> own = app.map(App::id).flatMap(id -> own(rows, id));
    OperatorRequest request = parts.wishes().of(run.app());
    var facts =
        new Facts(
            parts.identity().node(),
            desired(app),
            request.held().isPresent(),
            leavesFor(request),
            Stream.concat(rows.stream(), own.stream()).distinct().map(Row::of).toList(),
            new Answer.Unasked<>(),
            new Answer.Known<>(owned.stream().map(Seen::of).toList()));
    boolean haveVolumes = owned.stream().anyMatch(container -> !container.volumes().isEmpty());
    return new Gathered(
        facts,
        app,
        rows,
        own,
        request,
        owned,
        new Answer.Unasked<>(),
        parts.containers().condemned(run),
        haveVolumes ? parts.volumes().of(run.app()) : List.of());
  }

  /** No container of ours goes before it is noted which volumes it has. */
  private void noteVolumes(Run run, Gathered read) {
    List<DataVolume> news =
        read.owned().stream()
            .flatMap(this::volumes)
            .filter(found -> read.volumes().stream().noneMatch(known -> tells(known, found)))
            .toList();
    if (!news.isEmpty()) {
      parts.ledger().keep(run, () -> news.forEach(parts.volumes()::noteFound));
    }
  }

  private static boolean tells(DataVolume known, DataVolume found) {
    return known.is(found.node(), found.name()) && (known.used() || !found.used());
  }

  private Stream<DataVolume> volumes(ObservedContainer container) {
    return container.ownedBy(parts.identity().installation()).stream()
        .flatMap(
            labels -> container.volumes().stream().map(mount -> volume(container, labels, mount)));
  }

  private DataVolume volume(
      ObservedContainer container, ContainerLabels labels, VolumeMount mount) {
    boolean own = mount.volume().equals(parts.containers().volumeNameOf(labels.appName()));
    return DataVolume.of(
        parts.identity().node(),
        mount.volume(),
        labels.appId(),
        labels.appName(),
        mount.path(),
        own ? DataVolume.Origin.SETTING : DataVolume.Origin.IMAGE,
        container.startedAt().isPresent());
  }

  private static Desired desired(Optional<App> app) {
    return app.<Desired>map(
            known -> known.installed() ? new Desired.Installed(known) : new Desired.NotInstalled())
        .orElseGet(Desired.Unknown::new);
  }

  /** Its row may have the name that the platform gave it before. */
  private Optional<Deployment> own(List<Deployment> rows, AppId id) {
    return rows.stream()
        .filter(row -> row.appId().equals(id))
        .findFirst()
        .or(() -> parts.deployments().find(id));
  }

  /** A node that would not take it now, and this one, are none to go to. */
  private Optional<String> leavesFor(OperatorRequest request) {
    return request
        .moveTo()
        .filter(target -> request.canMove() && !target.equals(parts.identity().node()));
  }
}
