package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.operation.OperatorRequest;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.record.Look;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What looks aim at. */
@Singleton
public final class Aims {

  private final AppCatalog catalog;
  private final OperatorRequests requests;

  @Inject
  public Aims(AppCatalog catalog, OperatorRequests requests) {
    this.catalog = catalog;
    this.requests = requests;
  }

  /** What the platform wants of an app, and what an operator does. */
  public record Aim(Look.Wanted wanted, OperatorRequest request) {
    static final Aim UNKNOWN = new Aim(Look.Wanted.UNKNOWN, OperatorRequest.NONE);
  }

  /** What is aimed at now: a look that began with another aim is not worth ending. */
  public Aim aim(AppName app) {
    try {
      return new Aim(wanted(catalog.find(app)), requests.of(app));
    } catch (PlatformUnavailableException e) {
      return Aim.UNKNOWN; // the look says so by itself
    }
  }

  /** Who should go after whom; empty while that cannot be read. */
  public Map<AppName, Set<AppName>> softDependencies() {
    try {
      return catalog.softDependencies();
    } catch (PlatformUnavailableException e) {
      return Map.of(); // each look says so by itself
    }
  }

  static Look.Wanted wanted(Optional<App> app) {
    if (app.isEmpty()) {
      return Look.Wanted.UNKNOWN;
    }
    return app.get().installed() ? Look.Wanted.INSTALLED : Look.Wanted.NOT_INSTALLED;
  }
}
