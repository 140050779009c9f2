package io.appserver.orchestrator.app.jpa;

import static io.appserver.orchestrator.app.jpa.TableReader.text;

import io.appserver.orchestrator.app.PlatformUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which of the platform's tables are there, and what is remembered of them in {@code
 * orchestrator_platform_table}. During a migration or a restore a table is away or empty for a
 * while: that must cost no running app its container, also if the orchestrator is started anew
 * meanwhile.
 */
final class KnownTables {

  /** How long a table that lost all its settings at once is taken as being restored. */
  private static final Duration GRACE = Duration.ofMinutes(10);

  /** So many apps do not lose their last setting in the same moment by hand. */
  private static final int SEVERAL = 2;

  /** Ours stand in the platform's schema: a table of that name elsewhere is not the platform's. */
  private static final String TABLE =
      """
      SELECT platform.name, platform.oid IS NOT NULL, coalesce(platform.relnamespace = ours.relnamespace, true),
        known.name IS NOT NULL, platform.oid || '.' || coalesce(CAST(pg_relation_filenode(platform.oid) AS text), ''),
        known.filled_as, known.owners, known.emptied_at IS NOT NULL,
        coalesce(known.emptied_at < clock_timestamp() - CAST(?2 AS bigint) * interval '1 millisecond', false)
      FROM (SELECT wanted.name, found.oid, found.relnamespace
            FROM unnest(string_to_array(CAST(?1 AS text), ',')) AS wanted (name)
            LEFT JOIN pg_class AS found ON found.oid = to_regclass(wanted.name)) AS platform
      JOIN pg_class AS ours ON ours.oid = CAST('orchestrator_platform_table' AS regclass)
      LEFT JOIN orchestrator_platform_table AS known ON known.name = platform.name
      """;

  /** The parameters must occur, and have a type. */
  private static final String EMPTY =
      "filled_as = NULLIF(?1, ?1), owners = CAST(?2 AS integer), emptied_at = NULL";

  private final TableReader reader;
  private final RowOwners rows;

  /** Those that were read at once. */
  private final Map<String, Table> read = new HashMap<>();

  KnownTables(TableReader reader) {
    this.reader = reader;
    this.rows = new RowOwners(reader);
  }

  /**
   * A table as it is, beside what is remembered of it.
   *
   * @param identity changes when it is replaced, truncated or rewritten
   * @param filledAs its identity when it was last seen with rows of apps in it; empty if never, or
   *     if it is believed that they are gone
   * @param owners how many apps those were of
   * @param noted whether it is remembered that it is empty now
   * @param longEmpty whether it was so for the whole grace
   */
  private record Table(
      String name,
      boolean present,
      boolean besideOurs,
      boolean seen,
      String identity,
      Optional<String> filledAs,
      int owners,
      boolean noted,
      boolean longEmpty) {

    static Table of(Object[] row) {
      return new Table(
          text(row[0]),
          (Boolean) row[1],
          (Boolean) row[2],
          (Boolean) row[3],
          text(row[4]),
          Optional.ofNullable((String) row[5]),
          row[6] == null ? 0 : ((Number) row[6]).intValue(),
          (Boolean) row[7],
          (Boolean) row[8]);
    }

    /** Whether it lost all its settings in a way in which nobody takes an app its last setting. */
    boolean emptiedAtOnce() {
      return filledAs.isPresent() && (owners >= SEVERAL || !filledAs.get().equals(identity));
    }
  }

  /**
   * Whether the table is there; false if it never was.
   *
   * @throws PlatformUnavailableException if it was, and is not any more
   */
  boolean present(String name) {
    return checked(name).present();
  }

  /** The table, which is there, or never was. */
  private Table checked(String name) {
    Table table = table(name);
    if (!table.besideOurs()) {
      throw new PlatformUnavailableException(
          "the table %s is found in another schema than the orchestrator's own tables: see the search_path of the login"
              .formatted(name),
          null);
    }
    if (!table.present() && table.seen()) {
      throw new PlatformUnavailableException(
          "the table %s was there and is not any more; everything waits until it is back"
              .formatted(name),
          null);
    }
    if (table.present() && !table.seen()) {
      remember(name);
    }
    return table;
  }

  /**
   * Whether the table of settings or dependencies is there, and its rows can be told whose they
   * are.
   *
   * @throws PlatformUnavailableException if they could once, and most cannot any more
   */
  boolean readable(String name) {
    Table table = checked(name);
    if (!table.present() || table.filledAs().isEmpty()) {
      return table.present(); // whose rows they are could never be told
    }
    RowOwners.Count count = count(name);
    if (count.isLost()) {
      throw new PlatformUnavailableException(
          "%d rows of %s name no app by its UUID, and %d are as they should be; everything waits until it can be told whose they are"
              .formatted(count.strange(), name, count.known()),
          null);
    }
    return true;
  }

  private RowOwners.Count count(String name) {
    return name.equals("settings") ? rows.settings() : rows.dependencies();
  }

  /** Those of the names that are not there and never were. */
  Set<String> absent(Set<String> names) {
    var absent = new TreeSet<String>();
    for (String name : names) {
      if (!present(name)) {
        absent.add(name);
      }
    }
    return absent;
  }

  /**
   * Why an app that had settings and has none is not believed to have lost them; empty if it is.
   */
  Optional<String> settingsDoubt() {
    if (!present("settings")) {
      return Optional.empty();
    }
    long strange = rows.settings().strange();
    return strange > 0
        ? Optional.of(
            "%d rows of settings name no app by its UUID: they may be of any app that had settings and has none now, and those apps stay as they are"
                .formatted(strange))
        : emptied();
  }

  /** Why it is not believed that all settings are gone; empty if it is, or if they are not. */
  Optional<String> emptied() {
    if (!present("settings") || rows.settings().owners() > 0) {
      return Optional.empty();
    }
    Table table = table("settings");
    return table.emptiedAtOnce() && !table.longEmpty()
        ? Optional.of(
            "the table settings lost all settings of %d apps at once: taken as being restored for %d min, in which those apps stay as they are"
                .formatted(table.owners(), GRACE.toMinutes()))
        : Optional.empty();
  }

  /** Remembers which tables are there, and since when the settings are gone. */
  void takeNote(Set<String> names) {
    for (String name : names) {
      Table table = table(name);
      if (table.present() && table.besideOurs()) {
        if (!table.seen()) {
          remember(name);
        }
        if (name.equals("settings")) {
          noteSettings(table, rows.settings());
        } else if (name.equals("dependencies")) {
          noteDependencies(table, rows.dependencies());
        }
      }
    }
  }

  private void noteDependencies(Table table, RowOwners.Count count) {
    if (count.known() > 0 && !count.isLost() && table.filledAs().isEmpty()) {
      note("filled_as = ?1, owners = CAST(?2 AS integer)", table, count.owners());
    } else if (count.known() == 0 && count.strange() == 0 && table.filledAs().isPresent()) {
      note(EMPTY, table, 0);
    }
  }

  private void noteSettings(Table table, RowOwners.Count count) {
    int owners = count.owners();
    boolean same =
        table.filledAs().equals(Optional.of(table.identity()))
            && table.owners() == owners
            && !table.noted();
    if (owners > 0 && !count.isLost() && !same) {
      note("filled_as = ?1, owners = CAST(?2 AS integer), emptied_at = NULL", table, owners);
    } else if (owners == 0 && count.strange() == 0 && table.filledAs().isPresent()) {
      if (!table.emptiedAtOnce() || table.longEmpty()) {
        note(EMPTY, table, 0);
      } else if (!table.noted()) {
        reader.change(
            "UPDATE orchestrator_platform_table SET emptied_at = clock_timestamp() WHERE name = 'settings' AND emptied_at IS NULL");
      }
    }
  }

  private void note(String what, Table table, int owners) {
    reader.change(
        "UPDATE orchestrator_platform_table SET " + what + " WHERE name = ?3",
        table.identity(),
        owners,
        table.name());
  }

  private void remember(String name) {
    reader.change(
        "INSERT INTO orchestrator_platform_table (name) VALUES (?1) ON CONFLICT DO NOTHING", name);
  }

  /** Reads how several tables are, at once, for the questions that follow. */
  KnownTables reading(Set<String> names) {
    reader
        .rows(TABLE, String.join(",", names), GRACE.toMillis())
        .forEach(row -> read.put(text(row[0]), Table.of(row)));
    return this;
  }

  private Table table(String name) {
    Table known = read.get(name);
    return known != null ? known : Table.of(reader.rows(TABLE, name, GRACE.toMillis()).getFirst());
  }
}
