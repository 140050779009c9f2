package io.appserver.orchestrator.rest.view;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.operation.Hold;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.spec.SettingsRead;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All apps at a glance, on every node. Read from the tables at most a few times a second, however
 * many ask.
 */
@Singleton
public class DeploymentOverview {

  /** What is younger is told again without a look at the tables. */
  private static final Duration FRESH = Duration.ofMillis(300);

  private final Settings settings;
  private final AppCatalog catalog;
  private final Deployments deployments;
  private final OperatorRequests requests;
  private final Pulls pulls;
  private @Nullable Reading last;

  private record Reading(
      long at, Map<AppName, DeploymentView> rows, @Nullable RuntimeException failure) {}

  @Inject
  public DeploymentOverview(
      Settings settings,
      AppCatalog catalog,
      Deployments deployments,
      OperatorRequests requests,
      Pulls pulls) {
    this.settings = settings;
    this.catalog = catalog;
    this.deployments = deployments;
    this.requests = requests;
    this.pulls = pulls;
  }

  /** By name: every app that should run, runs, is kept, or failed. */
  public Collection<DeploymentView> all() {
    return rows().values();
  }

  /** One app as it is now, be it gone: who asks for one has often just asked for something. */
  public Optional<DeploymentView> find(AppName app) {
    Optional<App> known = catalog.find(app);
    Optional<App> wanted = known.filter(App::installed);
    List<Deployment> rows = deployments.named(app);
    return Deployments.current(rows, known.map(App::id))
        .filter(row -> wanted.filter(it -> !it.id().equals(row.appId())).isEmpty())
        .map(row -> reader(row.appId()).view(app, wanted, row))
        .or(() -> known.map(DeploymentView::untouched));
  }

  private Reader reader(AppId id) {
    return new Reader(requests.holds(), requests.moves(), Map.of(id, catalog.settings(id)));
  }

  /** Who is told that something happened is not to be shown how it was before. */
  public synchronized void renew() {
    last = null;
  }

  /** One reads, the others wait for that: a database that is slow is asked once. */
  private synchronized Map<AppName, DeploymentView> rows() {
    long now = System.nanoTime();
    Reading known = last;
    if (known == null || now - known.at() > FRESH.toNanos()) {
      known = read();
      last = known;
    }
    if (known.failure() != null) {
      throw known.failure();
    }
    return known.rows();
  }

  private Reading read() {
    try {
      Map<AppName, DeploymentView> rows =
          new Reader(requests.holds(), requests.moves(), catalog.settings()).read();
      return new Reading(System.nanoTime(), rows, null);
    } catch (RuntimeException e) {
      return new Reading(System.nanoTime(), Map.of(), e);
    }
  }

  /** What one reading goes by. */
  private final class Reader {
    private final Map<AppName, Hold> holds;
    private final Map<AppName, String> moves;
    private final Map<AppId, Map<String, String>> appSettings;

    Reader(
        Map<AppName, Hold> holds,
        Map<AppName, String> moves,
        Map<AppId, Map<String, String>> appSettings) {
      this.holds = holds;
      this.moves = moves;
      this.appSettings = appSettings;
    }

    Map<AppName, DeploymentView> read() {
      var installed = new HashMap<AppId, App>();
      var rows = new TreeMap<AppName, DeploymentView>();
      for (App app : catalog.installed()) {
        installed.put(app.id(), app);
        rows.put(app.name(), DeploymentView.untouched(app));
      }
      List<Deployment> stored = deployments.all();
      for (Deployment deployment : stored) {
        Optional<App> app = Optional.ofNullable(installed.get(deployment.appId()));
        boolean former = app.isEmpty() && deployment.state() == DeploymentState.STOPPED;
        deployment
            .appName()

            // what was installed again under another id is told of by its present row
            .filter(name -> !(former && rows.containsKey(name)))
            .ifPresent(name -> rows.put(name, view(name, app, deployment)));
      }
      return rows;
    }

    DeploymentView view(AppName name, Optional<App> app, Deployment deployment) {
      return DeploymentView.of(
          name,
          app,
          deployment,
          Optional.ofNullable(holds.get(name)),
          Optional.ofNullable(moves.get(name)),
          app.isPresent() && outdated(name, deployment),
          pulls.of(name));
    }

    /** Whether it would be made otherwise now; changed defaults are applied at a redeploy. */
    private boolean outdated(AppName name, Deployment deployment) {
      if (deployment.containers().id().isEmpty() || deployment.image().reference().isEmpty()) {
        return false;
      }
      String image = deployment.image().reference().get();
      Optional<String> made = deployment.containers().specHash();
      return SettingsRead.of(
              appSettings.getOrDefault(deployment.appId(), Map.of()), false, Optional::empty)
          .valid()
          .filter(spec ->
              !image.equals(spec.image(name, settings).toString())
                  || made.filter(hash -> !hash.equals(spec.hash())).isPresent())
          .isPresent();
    }
  }
}
