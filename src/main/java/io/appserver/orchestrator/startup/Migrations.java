package io.appserver.orchestrator.startup;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;

/**
 * The scripts that make the orchestrator's tables, and whether a database has seen them all, as
 * they are. If it has not, in whatever way, that is for Flyway to say and to mend.
 */
final class Migrations {

  /** Where the scripts are, in the class path. */
  static final String FOLDER = "db/orchestrator";

  /** Flyway's own table, apart from one the platform may have. */
  static final String HISTORY = "orchestrator_schema_history";

  /** All there are: inside of the server a folder cannot be listed. */
  static final List<String> SCRIPTS =
      List.of(
          "V1__first_tables.sql",
          "V2__supervision.sql",
          "V3__traces.sql",
          "V4__purges.sql",
          "V5__identity.sql",
          "V6__volumes.sql",
          "V7__outbox_and_redeliveries.sql",
          "V8__platform_tables.sql",
          "V9__updates_that_wait.sql",
          "V10__closed_acts.sql");

  /** Flyway's row for what was there before the first script. */
  private static final String BASELINE = "BASELINE";

  private Migrations() {}

  /**
   * Whether each of the scripts was applied as it is now, well, and no other.
   *
   * @throws SQLException also if nothing ever was
   */
  static boolean areApplied(Connection connection, String schema) throws SQLException {
    Map<String, Integer> left = checksums();
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT type, script, checksum, success FROM %s.%s"
                    .formatted(DeploymentsTable.quoted(schema), HISTORY));
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        String script = rows.getString(2);
        boolean asItIs =
            rows.getString(1).equals("SQL")
                && rows.getBoolean(4)
                && left.remove(script, rows.getInt(3));
        if (!asItIs && !rows.getString(1).equals(BASELINE)) {
          return false;
        }
      }
    }
    return left.isEmpty();
  }

  private static Map<String, Integer> checksums() {
    var checksums = new HashMap<String, Integer>();
    SCRIPTS.forEach(script -> checksums.put(script, checksum(script)));
    return checksums;
  }

  /** As Flyway has it: of the lines, without their ends. */
  private static int checksum(String script) {
    var checksum = new CRC32();
    try (InputStream file =
            Objects.requireNonNull(
                Migrations.class.getClassLoader().getResourceAsStream(FOLDER + "/" + script),
                script + " is not inside the application");
        var lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        checksum.update(line.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return (int) checksum.getValue();
  }
}
