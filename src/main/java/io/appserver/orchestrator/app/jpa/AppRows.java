package io.appserver.orchestrator.app.jpa;

import static io.appserver.orchestrator.app.jpa.TableReader.text;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.PlatformApps;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.app.UnreadableRow;
import io.appserver.orchestrator.configuration.SettingsProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The rows of {@code apps}: which of them can be read, and what they say. */
final class AppRows {

  private static final String INSTALLED = "installed";

  /**
   * The platform's words for an app that should not run. Another word may mean anything: an app is
   * not removed for it.
   */
  private static final Set<String> NOT_INSTALLED =
      Set.of("registered", "unregistered", "uninstalled", "uninstalling");

  private static final String COLUMNS =
      "SELECT CAST(a.id AS text), CAST(a.name AS text), CAST(a.state AS text)";

  private static final String ONE =
      COLUMNS
          + """
          , (SELECT count(DISTINCT CAST(other.name AS text)) FROM apps other
             WHERE lower(CAST(other.id AS text)) = lower(CAST(a.id AS text)))
          FROM apps a WHERE %s ORDER BY lower(CAST(a.id AS text))
          """;

  /** What the order of the rows in the table does not change. */
  private static final Comparator<App> FIRST =
      Comparator.comparing((App app) -> !app.installed()).thenComparing(app -> app.id().toString());

  private final TableReader reader;

  AppRows(TableReader reader) {
    this.reader = reader;
  }

  private record Row(Optional<App> app, Optional<UnreadableRow> unreadable) {}

  /**
   * The app of that name.
   *
   * @throws PlatformUnavailableException if there is a row of it that cannot be read, and none that
   *     says that it is installed
   */
  Optional<App> named(AppName name) {
    return one("CAST(a.name AS text) = ?1", name.value());
  }

  Optional<App> withId(AppId id) {
    return one("lower(CAST(a.id AS text)) = ?1", id.toString());
  }

  private Optional<App> one(String condition, String value) {
    List<Row> rows =
        reader.rows(ONE.formatted(condition), value).stream()
            .map(row -> read(row, ((Number) row[3]).intValue() > 1))
            .toList();
    Optional<App> first = rows.stream().flatMap(row -> row.app().stream()).min(FIRST);
    if (first.filter(App::installed).isEmpty()) {
      rows.stream()
          .flatMap(row -> row.unreadable().stream())
          .findFirst()
          .ifPresent(unreadable -> {
            throw new PlatformUnavailableException(unreadable.words(), null);
          });
    }
    return first;
  }

  PlatformApps all() {
    List<Object[]> rows = reader.rows(COLUMNS + " FROM apps a");
    Map<String, Set<String>> namesById =
        rows.stream()
            .collect(
                groupingBy(
                    row -> text(row[0]).toLowerCase(Locale.ROOT),
                    mapping(row -> text(row[1]), toSet())));
    var installed = new TreeMap<AppName, App>();
    var names = new TreeSet<AppName>();
    var doubled = new TreeSet<AppName>();
    var unreadable = new ArrayList<UnreadableRow>();
    for (Object[] row : rows) {
      AppName.parse(text(row[1])).ifPresent(names::add);
      Set<String> ofId = namesById.getOrDefault(text(row[0]).toLowerCase(Locale.ROOT), Set.of());
      Row read = read(row, ofId.size() > 1);
      read.unreadable().ifPresent(unreadable::add);
      read.app()
          .filter(App::installed)
          .ifPresent(app -> {
            if (installed.containsKey(app.name())) {
              doubled.add(app.name());
            }
            installed.merge(
                app.name(), app, (one, other) -> FIRST.compare(one, other) <= 0 ? one : other);
          });
    }
    unreadable.removeIf(row -> row.name().filter(installed::containsKey).isPresent());
    return new PlatformApps(List.copyOf(installed.values()), names, unreadable, doubled);
  }

  private static Row read(Object[] row, boolean idOfSeveral) {
    var id = AppId.parse(text(row[0]));
    var name = AppName.parse(text(row[1]));
    String state = text(row[2]).strip();
    String word = state.toLowerCase(Locale.ROOT);
    boolean installed = word.equals(INSTALLED);
    String problem = "";
    if (id.isEmpty()) {
      problem = "its id is not a UUID";
    } else if (idOfSeveral) {
      problem = "another app has the same id";
    } else if (name.isEmpty()) {
      problem = AppName.problemWith(text(row[1]));
    } else if (!installed && !NOT_INSTALLED.contains(word)) {
      problem = "its state " + shown(state) + " is none that the orchestrator knows";
    }
    if (problem.isEmpty()) {
      return new Row(
          Optional.of(new App(id.orElseThrow(), name.orElseThrow(), installed, state)),
          Optional.empty());
    }
    String words =
        "the row of apps with the id %s and the name %s cannot be read: %s"
            .formatted(shown(text(row[0])), shown(text(row[1])), problem);
    return new Row(Optional.empty(), Optional.of(new UnreadableRow(name, installed, words)));
  }

  private static String shown(String text) {
    return text.isBlank() ? "''" : SettingsProblem.shownText(text);
  }
}
