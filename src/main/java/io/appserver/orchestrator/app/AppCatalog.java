package io.appserver.orchestrator.app;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the platform wants, read from its tables at the moment of asking.
 *
 * <p>Every method throws {@link PlatformUnavailableException} while the tables it needs cannot be
 * read. A table that was seen once and is not there cannot be read, nor one whose rows are of no
 * app that is known, though they were once; one that was never there is empty.
 */
public interface AppCatalog {

  /**
   * The app of that name; the installed one where several rows carry the name.
   *
   * @throws PlatformUnavailableException also if its row cannot be read
   */
  Optional<App> find(AppName name);

  /**
   * The app with that id.
   *
   * @throws PlatformUnavailableException also if its row cannot be read
   */
  Optional<App> find(AppId id);

  /** All apps. */
  PlatformApps apps();

  /** Every app whose state is {@code installed} and whose row can be read, by name. */
  List<App> installed();

  /** The app's settings as the platform keeps them, key to value. */
  Map<String, String> settings(AppId id);

  /** The app's settings, its dependencies, and who depends on it, with few questions. */
  AppDetails details(AppId id);

  /** The settings of every installed app, by its id; apps without any are left out. */
  Map<AppId, Map<String, String>> settings();

  /**
   * Why it is not believed now that apps which were deployed with settings have none any more;
   * empty if it is. A table that is being restored looks like one whose settings were removed, and
   * a row without an app may be theirs.
   */
  Optional<String> settingsDoubt();

  /** The valid names of all rows, installed or not. */
  Set<AppName> names();

  /** What the app depends on. */
  List<Dependency> dependencies(AppId id);

  /** Of all installed apps: each with the installed apps it depends on SOFTly. */
  Map<AppName, Set<AppName>> softDependencies();

  /** Of all installed apps: each with the installed apps it depends on, HARD or SOFT. */
  Map<AppName, Set<AppName>> allDependencies();

  /** Names of the installed apps that depend on this one, directly. */
  List<AppName> dependants(AppId id);

  /** How the tables are. */
  PlatformReport report();

  /**
   * Remembers which tables are there, and whether they are empty. To be called every few seconds.
   */
  void takeNote();
}
