package io.appserver.orchestrator.app.jpa;

import static io.appserver.orchestrator.app.jpa.TableReader.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Rows of settings and dependencies that say nothing, or too much: told, and left out. */
final class OddRows {

  /** Enough to see what kind they are. */
  private static final int SHOWN = 5;

  private static final String UUID_SHAPE = "'^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'";

  private final TableReader reader;

  OddRows(TableReader reader) {
    this.reader = reader;
  }

  /**
   * In words, a few of each kind; reads every column that is relied on.
   *
   * @param absent tables that are not to be asked
   */
  List<String> words(Set<String> absent) {
    var words = new ArrayList<String>();
    if (!absent.contains("settings")) {
      settings(words);
    }
    if (!absent.contains("dependencies")) {
      dependencies(words);
    }
    return words;
  }

  private void settings(List<String> words) {
    reader
        .rows(
            """
            SELECT CAST(app_id AS text), CAST(key AS text), CAST(min(CAST(value AS text)) AS text) FROM settings
            WHERE CAST(key AS text) LIKE 'docker.%%' AND coalesce(CAST(app_id AS text), '') !~ %s
            GROUP BY 1, 2 ORDER BY 1, 2 LIMIT %d
            """
                .formatted(UUID_SHAPE, SHOWN))
        .forEach(row ->
            words.add(
                "a row of settings has the app_id '%s', which is not a UUID"
                    .formatted(text(row[0]))));
    reader
        .rows(
            """
            SELECT lower(CAST(app_id AS text)), CAST(key AS text), count(*) FROM settings
            WHERE CAST(key AS text) LIKE 'docker.%%' AND CAST(value AS text) IS NOT NULL
            GROUP BY 1, 2 HAVING count(DISTINCT CAST(value AS text)) > 1 ORDER BY 1, 2 LIMIT %d
            """
                .formatted(SHOWN))
        .forEach(row ->
            words.add(
                "the app with the id %s has several values of %s in settings; the last by order counts"
                    .formatted(text(row[0]), text(row[1]))));
  }

  private void dependencies(List<String> words) {
    reader
        .rows(
            """
            SELECT CAST(app_id AS text), CAST(depends_on_app_id AS text), CAST(min(CAST(kind AS text)) AS text)
            FROM dependencies
            WHERE coalesce(CAST(app_id AS text), '') !~ %1$s OR coalesce(CAST(depends_on_app_id AS text), '') !~ %1$s
            GROUP BY 1, 2 ORDER BY 1, 2 LIMIT %2$d
            """
                .formatted(UUID_SHAPE, SHOWN))
        .forEach(row ->
            words.add(
                "a row of dependencies says that '%s' depends on '%s', which are not both UUIDs"
                    .formatted(text(row[0]), text(row[1]))));
  }
}
