package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import java.util.List;

/**
 * The volumes with data of apps, each from before it is used until an operator has it removed. Each
 * method is one transaction, or part of the caller's.
 */
public interface Volumes {

  /** Those of all apps of that name, on all nodes; by node and name. */
  List<DataVolume> of(AppName app);

  /**
   * Notes a volume that an app is to use. One that is known keeps its owner and its origin; its
   * path is brought up to date, and once it was used it stays so.
   */
  void note(DataVolume volume);

  /** Notes a volume that a container has, unless it is known. */
  void noteFound(DataVolume volume);

  /**
   * A process may have written to them, or cannot have after all.
   *
   * @param names of volumes of the node
   */
  void markUsed(String node, List<String> names, boolean used);

  /** The data is that app's from now on. */
  void give(String node, String name, AppId owner);

  /** The volume is gone, and nobody wants it removed any more. */
  void forget(String node, String name);

  /** An operator wants it removed. */
  void purge(DataVolume volume, String actor);

  /** It is to stay after all. */
  void keep(DataVolume volume);
}
