package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.deployment.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The volumes of one attempt by name: those that it uses, and those that it took back. */
final class MountedVolumes {

  private final List<String> mounted = new ArrayList<>();
  private final List<String> undone = new ArrayList<>();
  private final List<String> fresh = new ArrayList<>();

  /**
   * The next container gets it.
   *
   * @param unused whether no process ever was in it
   */
  void mount(String name, boolean unused) {
    mounted.add(name);
    if (unused) {
      fresh.add(name);
    }
  }

  /** It stays, for whatever is tried next. */
  void stays(String name) {
    mounted.add(name);
  }

  /** It was taken back. */
  void undo(String name) {
    mounted.remove(name);
    undone.add(name);
  }

  /** Those in which no process ever was. */
  List<String> fresh() {
    return List.copyOf(fresh);
  }

  /** A process may be in each of them, or none of them is used. */
  void noneIsFresh() {
    fresh.clear();
  }

  /**
   * Writes into the row which volume the app has on its node.
   *
   * @param own the name of the one that its setting asks for
   */
  void rememberIn(Deployment deployment, String own) {
    Optional<String> one =
        Optional.of(own).filter(mounted::contains).or(() -> mounted.stream().findFirst());
    boolean gone = deployment.place().volume().filter(undone::contains).isPresent();
    if (gone || one.isPresent()) {
      deployment.hasVolume(one);
    }
  }
}
