package io.appserver.orchestrator.app.jpa;

import static io.appserver.orchestrator.app.jpa.TableReader.text;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppDetails;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.Dependency;
import io.appserver.orchestrator.app.PlatformApps;
import io.appserver.orchestrator.app.PlatformReport;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * {@link AppCatalog} on the platform's own tables. Only the columns named here are relied on; ids
 * are read as text and compared without case, so that their column type does not matter.
 */
@Stateless
@Local(AppCatalog.class)
public class PlatformTables implements AppCatalog {

  private static final Set<String> TABLES = Set.of("apps", "settings", "dependencies");

  private static final String INSTALLED = "lower(trim(CAST(%s.state AS text))) = 'installed'";

  /** Of several values of one key always the same counts: the last. */
  private static final String SETTINGS =
      """
      SELECT lower(CAST(s.app_id AS text)), CAST(s.key AS text), CAST(s.value AS text)
      FROM settings s WHERE %s ORDER BY 2, 3
      """;

  @PersistenceContext(unitName = "orchestrator")
  private EntityManager entities;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public PlatformTables() {}

  /** On an entity manager of the caller's. */
  public PlatformTables(EntityManager entities) {
    this.entities = entities;
  }

  private TableReader reader() {
    return new TableReader(entities);
  }

  private KnownTables tables() {
    return new KnownTables(reader());
  }

  @Override
  public Optional<App> find(AppName name) {
    return new AppRows(reader()).named(name);
  }

  @Override
  public Optional<App> find(AppId id) {
    return new AppRows(reader()).withId(id);
  }

  @Override
  public PlatformApps apps() {
    return new AppRows(reader()).all();
  }

  @Override
  public List<App> installed() {
    return apps().installed();
  }

  @Override
  public Set<AppName> names() {
    return apps().names();
  }

  @Override
  public Map<String, String> settings(AppId id) {
    return settings(tables(), id);
  }

  private Map<String, String> settings(KnownTables tables, AppId id) {
    var settings = new TreeMap<String, String>();
    if (tables.present("settings")) {
      for (Object[] row :
          reader().rows(SETTINGS.formatted("CAST(s.app_id AS text) ILIKE ?1"), "%" + id + "%")) {
        if (row[1] == null || row[2] == null) {
          continue;
        }
        if (!row[0].equals(id.toString())) {
          throw unreadable("settings", "app_id", row[0]);
        }
        settings.put((String) row[1], (String) row[2]);
      }
      if (settings.isEmpty()) {
        requireReadable(tables, "settings");
      }
    }
    return settings;
  }

  @Override
  public AppDetails details(AppId id) {
    KnownTables tables = tables().reading(Set.of("settings", "dependencies"));
    return new AppDetails(settings(tables, id), dependencies(tables, id), dependants(tables, id));
  }

  @Override
  public Map<AppId, Map<String, String>> settings() {
    var settings = new HashMap<AppId, Map<String, String>>();
    if (tables().readable("settings")) {
      String ofInstalled =
          """
          lower(CAST(s.app_id AS text)) IN (SELECT lower(CAST(a.id AS text)) FROM apps a WHERE %s)
          """
              .formatted(INSTALLED.formatted("a"));
      for (Object[] row : reader().rows(SETTINGS.formatted(ofInstalled))) {
        Optional<AppId> id = AppId.parse(text(row[0]));
        if (id.isPresent() && row[1] != null && row[2] != null) {
          settings
              .computeIfAbsent(id.get(), app -> new TreeMap<>())
              .put((String) row[1], (String) row[2]);
        }
      }
    }
    return settings;
  }

  @Override
  public Optional<String> settingsDoubt() {
    return tables().settingsDoubt();
  }

  @Override
  public List<Dependency> dependencies(AppId id) {
    return dependencies(tables(), id);
  }

  private List<Dependency> dependencies(KnownTables tables, AppId id) {
    var dependencies = new ArrayList<Dependency>();
    if (tables.present("dependencies")) {
      for (Object[] row :
          reader()
              .rows(
                  """
                  SELECT lower(CAST(app_id AS text)), lower(CAST(depends_on_app_id AS text)), CAST(kind AS text)
                  FROM dependencies WHERE CAST(app_id AS text) ILIKE ?1 ORDER BY 2
                  """,
                  "%" + id + "%")) {
        if (!row[0].equals(id.toString())) {
          throw unreadable("dependencies", "app_id", row[0]);
        }
        boolean soft = text(row[2]).strip().equalsIgnoreCase("soft");
        Optional<AppId> needed = AppId.parse(text(row[1]));
        if (needed.isEmpty() && !soft) {
          throw unreadable("dependencies", "depends_on_app_id", row[1]);
        }
        needed
            .map(other ->
                new Dependency(id, other, soft ? Dependency.Kind.SOFT : Dependency.Kind.HARD))
            .ifPresent(dependencies::add);
      }
      if (dependencies.isEmpty()) {
        requireReadable(tables, "dependencies");
      }
    }
    return dependencies;
  }

  /** What names no app may be of the app that has none. */
  private static void requireReadable(KnownTables tables, String table) {
    var unused = tables.readable(table);
  }

  private static PlatformUnavailableException unreadable(String table, String column, Object id) {
    return new PlatformUnavailableException(
        "a row of %s cannot be read: its %s '%s' is not a UUID".formatted(table, column, text(id)),
        null);
  }

  @Override
  public Map<AppName, Set<AppName>> softDependencies() {
    return dependencies("upper(trim(CAST(d.kind AS text))) = 'SOFT'");
  }

  @Override
  public Map<AppName, Set<AppName>> allDependencies() {
    return dependencies("true");
  }

  private Map<AppName, Set<AppName>> dependencies(String condition) {
    var found = new TreeMap<AppName, Set<AppName>>();
    if (tables().readable("dependencies")) {
      reader()
          .rows(
              """
              SELECT CAST(a.name AS text), CAST(b.name AS text), CAST(d.kind AS text) FROM dependencies d
              JOIN apps a ON lower(CAST(a.id AS text)) = lower(CAST(d.app_id AS text))
              JOIN apps b ON lower(CAST(b.id AS text)) = lower(CAST(d.depends_on_app_id AS text))
              WHERE %s AND %s AND %s
              """
                  .formatted(condition, INSTALLED.formatted("a"), INSTALLED.formatted("b")))
          .forEach(row -> {
            var dependant = AppName.parse(text(row[0]));
            var needed = AppName.parse(text(row[1]));
            if (dependant.isPresent() && needed.isPresent()) {
              found.computeIfAbsent(dependant.get(), name -> new TreeSet<>()).add(needed.get());
            }
          });
    }
    return found;
  }

  @Override
  public List<AppName> dependants(AppId id) {
    return dependants(tables(), id);
  }

  private List<AppName> dependants(KnownTables tables, AppId id) {
    if (!tables.present("dependencies")) {
      return List.of();
    }
    return reader()
        .rows(
            """
            SELECT DISTINCT CAST(a.name AS text), 1 FROM dependencies d
            JOIN apps a ON lower(CAST(a.id AS text)) = lower(CAST(d.app_id AS text))
            WHERE lower(CAST(d.depends_on_app_id AS text)) = ?1 AND %s
            """
                .formatted(INSTALLED.formatted("a")),
            id.toString())
        .stream()
        .map(row -> AppName.parse(text(row[0])))
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public PlatformReport report() {
    KnownTables tables = tables().reading(TABLES);
    Set<String> absent = tables.absent(TABLES);
    if (absent.contains("apps")) {
      throw new PlatformUnavailableException(
          "the table apps is not there; the platform makes it", null);
    }
    requireReadable(tables, "settings");
    requireReadable(tables, "dependencies");
    return new PlatformReport(
        absent, apps(), tables.emptied(), new OddRows(reader()).words(absent));
  }

  @Override
  public void takeNote() {
    tables().reading(TABLES).takeNote(TABLES);
  }
}
