package io.appserver.orchestrator.runtime;

import io.appserver.orchestrator.app.AppName;

/**
 * Which containers are ours: they bear this installation's labels, with the app's name in them, and
 * a name that we give. A container that somebody made with a copy of our labels is not ours, and an
 * id in a row makes none ours.
 *
 * @param installation the id of this installation
 * @param prefix of the names of containers
 */
public record Ownership(String installation, String prefix) {

  /** Whether it is the app's, and ours. */
  public boolean owns(AppName app, ObservedContainer container) {
    var name = ContainerName.of(prefix, app);
    return isLabelled(app, container)
        && (container.name().equals(name) || container.name().equals(name.aside()));
  }

  /** Whether a container that the app's row counts on is the app's, and ours. */
  public boolean ownsRecorded(AppName app, ObservedContainer container) {
    return isLabelled(app, container) && isNamed(app, container);
  }

  /**
   * Whether it has a name that we give to a container of the app. It may have been named with
   * another prefix, before that was changed.
   */
  public boolean isNamed(AppName app, ObservedContainer container) {
    return container.name().isGivenTo(app);
  }

  /** Whether it bears our labels for the app. That alone makes it not ours: labels are copied. */
  public boolean isLabelled(AppName app, ObservedContainer container) {
    return container
        .ownedBy(installation)
        .filter(labels -> labels.appName().equals(app))
        .isPresent();
  }
}
