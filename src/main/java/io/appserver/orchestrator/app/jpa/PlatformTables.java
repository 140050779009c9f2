package io.appserver.orchestrator.app.jpa;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.Dependency;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.PersistenceException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@link AppCatalog} on the platform's own tables. Only the columns named here are relied on; ids
 * are read as text, so that their column type does not matter.
 */
@Stateless
@Local(AppCatalog.class)
public class PlatformTables implements AppCatalog {

  private static final String APP = "SELECT CAST(id AS text), name, CAST(state AS text) FROM apps ";

  @PersistenceContext(unitName = "orchestrator")
  private EntityManager entities;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public PlatformTables() {}

  /** On an entity manager of the caller's. */
  public PlatformTables(EntityManager entities) {
    this.entities = entities;
  }

  @Override
  public Optional<App> find(AppName name) {
    return rows(
            APP
                + "WHERE name = ?1 ORDER BY lower(CAST(state AS text)) = 'installed' DESC, id LIMIT 1",
            name.value())
        .map(PlatformTables::app)
        .flatMap(Optional::stream)
        .findFirst();
  }

  @Override
  public Optional<App> find(AppId id) {
    return rows(APP + "WHERE CAST(id AS text) = ?1", id.toString())
        .map(PlatformTables::app)
        .flatMap(Optional::stream)
        .findFirst();
  }

  @Override
  public List<App> installed() {
    return rows(APP + "WHERE lower(CAST(state AS text)) = 'installed' ORDER BY name")
        .map(PlatformTables::app)
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public Map<String, String> settings(AppId id) {
    var settings = new TreeMap<String, String>();
    if (present("settings")) {
      rows(
              "SELECT key, CAST(value AS text) FROM settings WHERE CAST(app_id AS text) = ?1",
              id.toString())
          .filter(row -> row[0] != null && row[1] != null)
          .forEach(row -> settings.put((String) row[0], (String) row[1]));
    }
    return settings;
  }

  @Override
  public Map<AppId, Map<String, String>> settings() {
    var settings = new HashMap<AppId, Map<String, String>>();
    if (present("settings")) {
      rows("""
      SELECT CAST(s.app_id AS text), s.key, CAST(s.value AS text)
      FROM settings s JOIN apps a ON a.id = s.app_id
      WHERE lower(CAST(a.state AS text)) = 'installed'
      """)
          .filter(row -> row[1] != null && row[2] != null)
          .forEach(row ->
              AppId.parse(Objects.toString(row[0], ""))
                  .ifPresent(id ->
                      settings
                          .computeIfAbsent(id, app -> new TreeMap<>())
                          .put((String) row[1], (String) row[2])));
    }
    return settings;
  }

  @Override
  public Set<AppName> names() {
    return rows("SELECT DISTINCT name, 1 FROM apps")
        .map(row -> AppName.parse(Objects.toString(row[0], "")))
        .flatMap(Optional::stream)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public List<Dependency> dependencies(AppId id) {
    if (!present("dependencies")) {
      return List.of();
    }
    return rows(
            """
            SELECT CAST(app_id AS text), CAST(depends_on_app_id AS text), CAST(kind AS text)
            FROM dependencies WHERE CAST(app_id AS text) = ?1 ORDER BY 2
            """,
            id.toString())
        .map(PlatformTables::dependency)
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public Map<AppName, Set<AppName>> softDependencies() {
    return dependencies("upper(CAST(d.kind AS text)) = 'SOFT'");
  }

  @Override
  public Map<AppName, Set<AppName>> allDependencies() {
    return dependencies("true");
  }

  private Map<AppName, Set<AppName>> dependencies(String condition) {
    var found = new TreeMap<AppName, Set<AppName>>();
    if (present("dependencies")) {
      rows("""
      SELECT a.name, b.name FROM dependencies d
      JOIN apps a ON a.id = d.app_id JOIN apps b ON b.id = d.depends_on_app_id
      WHERE %s
        AND lower(CAST(a.state AS text)) = 'installed'
        AND lower(CAST(b.state AS text)) = 'installed'
      """
              .formatted(condition))
          .forEach(row -> {
            var dependant = AppName.parse(Objects.toString(row[0], ""));
            var needed = AppName.parse(Objects.toString(row[1], ""));
            if (dependant.isPresent() && needed.isPresent()) {
              found.computeIfAbsent(dependant.get(), name -> new TreeSet<>()).add(needed.get());
            }
          });
    }
    return found;
  }

  @Override
  public List<AppName> dependants(AppId id) {
    if (!present("dependencies")) {
      return List.of();
    }
    return rows(
            """
            SELECT DISTINCT a.name, 1 FROM dependencies d JOIN apps a ON a.id = d.app_id
            WHERE CAST(d.depends_on_app_id AS text) = ?1
              AND lower(CAST(a.state AS text)) = 'installed'
            """,
            id.toString())
        .map(row -> AppName.parse(Objects.toString(row[0], "")))
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public Set<String> missingTables() {
    var missing = new TreeSet<String>();
    for (String table : List.of("apps", "settings", "dependencies")) {
      if (!present(table)) {
        missing.add(table);
      }
    }
    return missing;
  }

  private boolean present(String table) {
    return reading(entities -> {
      Object found =
          entities
              .createNativeQuery("SELECT to_regclass(?1) IS NOT NULL")
              .setParameter(1, table)
              .getSingleResult();
      return (Boolean) found;
    });
  }

  private Stream<Object[]> rows(String sql, Object... parameters) {
    return reading(entities -> {
      var query = entities.createNativeQuery(sql);
      for (int i = 0; i < parameters.length; i++) {
        query.setParameter(i + 1, parameters[i]);
      }
      List<?> rows = query.getResultList();
      return rows.stream().map(Object[].class::cast);
    });
  }

  private <T> T reading(Function<EntityManager, T> question) {
    try {
      return question.apply(entities);
    } catch (PersistenceException e) {
      throw new PlatformUnavailableException(
          "the platform's tables cannot be read: " + rootMessage(e), e);
    }
  }

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return Objects.toString(root.getMessage(), root.getClass().getSimpleName());
  }

  private static Optional<App> app(Object[] row) {
    var id = AppId.parse(Objects.toString(row[0], ""));
    var name = AppName.parse(Objects.toString(row[1], ""));
    String state = Objects.toString(row[2], "");
    if (id.isEmpty() || name.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new App(
            id.get(),
            name.get(),
            state.strip().toLowerCase(Locale.ROOT).equals("installed"),
            state));
  }

  private static Optional<Dependency> dependency(Object[] row) {
    var from = AppId.parse(Objects.toString(row[0], ""));
    var to = AppId.parse(Objects.toString(row[1], ""));
    if (from.isEmpty() || to.isEmpty()) {
      return Optional.empty();
    }
    boolean soft = Objects.toString(row[2], "").strip().equalsIgnoreCase("soft");
    return Optional.of(
        new Dependency(from.get(), to.get(), soft ? Dependency.Kind.SOFT : Dependency.Kind.HARD));
  }
}
