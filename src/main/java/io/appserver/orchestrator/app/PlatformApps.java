package io.appserver.orchestrator.app;

import java.util.List;
import java.util.Set;

/**
 * The rows of {@code apps}, read by one question.
 *
 * @param installed apps that should run, by name; of several rows of one name the first by id
 * @param names the valid names of all rows, installed or not
 * @param unreadable rows that cannot be read
 * @param doubled names that more than one installed app has
 */
public record PlatformApps(
    List<App> installed, Set<AppName> names, List<UnreadableRow> unreadable, Set<AppName> doubled) {

  public PlatformApps {
    installed = List.copyOf(installed);
    names = Set.copyOf(names);
    unreadable = List.copyOf(unreadable);
    doubled = Set.copyOf(doubled);
  }
}
