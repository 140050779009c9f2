package io.appserver.orchestrator.app;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the platform wants, read from its tables at the moment of asking.
 *
 * <p>Every method throws {@link PlatformUnavailableException} while the tables cannot be read.
 */
public interface AppCatalog {

  /** The app of that name; the installed one where several rows carry the name. */
  Optional<App> find(AppName name);

  Optional<App> find(AppId id);

  /** Every app whose state is {@code installed} and whose name is valid, by name. */
  List<App> installed();

  /**
   * The app's settings as the platform keeps them, key to value; empty without a {@code settings}
   * table.
   */
  Map<String, String> settings(AppId id);

  /** The settings of every installed app, by its id; apps without any are left out. */
  Map<AppId, Map<String, String>> settings();

  /** The valid names of all rows, installed or not. */
  Set<AppName> names();

  /** What the app depends on; empty without a {@code dependencies} table. */
  List<Dependency> dependencies(AppId id);

  /** Of all installed apps: each with the installed apps it depends on SOFTly. */
  Map<AppName, Set<AppName>> softDependencies();

  /** Of all installed apps: each with the installed apps it depends on, HARD or SOFT. */
  Map<AppName, Set<AppName>> allDependencies();

  /** Names of the installed apps that depend on this one, directly. */
  List<AppName> dependants(AppId id);

  /**
   * The platform's tables that are absent now: of {@code apps}, {@code settings}, {@code
   * dependencies}.
   */
  Set<String> missingTables();
}
