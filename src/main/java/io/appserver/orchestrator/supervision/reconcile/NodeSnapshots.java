package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.operation.Orphan;
import io.appserver.orchestrator.convergence.work.Identity;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;

/** What there is to plan by on this instance's own node. */
@Dependent
public final class NodeSnapshots {

  private final SnapshotReader reader;
  private final Identity identity;

  @Inject
  public NodeSnapshots(SnapshotReader reader, Identity identity) {
    this.reader = reader;
    this.identity = identity;
  }

  /** Marks what is this installation's. */
  String installation() {
    return identity.installation();
  }

  /** As {@link SnapshotReader#ofDatabase}. */
  NodeSnapshot ofDatabase() {
    return reader.ofDatabase(identity);
  }

  /** As {@link SnapshotReader#whole}. */
  NodeSnapshot whole() {
    return reader.whole(identity);
  }

  /** What is known of the apps here that the platform has no row of now. */
  List<Orphan> orphans(Set<AppName> now) {
    return reader.orphans(identity.node(), now);
  }

  /** The removal of the orphan is begun. */
  void orphanGoes(AppName app) {
    reader.orphanGoes(identity.node(), app);
  }
}
