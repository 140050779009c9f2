package io.appserver.orchestrator.convergence.operation;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;

/** Lets apps go that the platform has no row of. */
@Singleton
final class OrphanApproval {

  private final AppCatalog catalog;
  private final OperatorRequests requests;
  private final OperatorHistory history;
  private final Provider<Identity> identity;

  @Inject
  OrphanApproval(
      AppCatalog catalog,
      OperatorRequests requests,
      OperatorHistory history,
      Provider<Identity> identity) {
    this.catalog = catalog;
    this.requests = requests;
    this.history = history;
    this.identity = identity;
  }

  /** As {@link Operations#removeOrphans}, in the present transaction. */
  void allow(List<AppName> apps, String actor) {
    for (AppName app : apps) {
      if (catalog.find(app).isPresent()) {
        throw new OperationRefusedException(
            "the platform has an app %s; uninstall it there instead".formatted(app));
      }
      requests.allowOrphan(identity.get().node(), app, actor);
      history.note(app, actor, Cause.ORPHAN, "may be removed, though the platform has no such app");
    }
  }
}
