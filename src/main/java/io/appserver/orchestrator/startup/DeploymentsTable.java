package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.deployment.Deployment;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code deployments}, which an earlier orchestrator may have made, with another login:
 * then it is used if it has the columns, and nobody but its owner can add them.
 */
final class DeploymentsTable {

  private final String schema;

  DeploymentsTable(String schema) {
    this.schema = schema;
  }

  /**
   * @param there whether there is one at all
   * @param ours whether this login may change it as its owner may
   * @param usable whether this login may read and write its rows
   */
  record State(boolean there, boolean ours, boolean usable, String owner, String login) {}

  State state(Connection connection) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT c.oid IS NOT NULL, coalesce(pg_has_role(c.relowner, 'USAGE'), true),
              coalesce(has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
                AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'), true),
              pg_get_userbyid(c.relowner), current_user
            FROM (SELECT to_regclass(?) AS found) AS looked LEFT JOIN pg_class AS c ON c.oid = looked.found
            """)) {
      query.setString(1, quoted(schema) + ".deployments");
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return new State(
            rows.getBoolean(1),
            rows.getBoolean(2),
            rows.getBoolean(3),
            String.valueOf(rows.getString(4)),
            rows.getString(5));
      }
    }
  }

  /** What keeps another role's table from being used, with the statement to run; else empty. */
  String trouble(Connection connection) throws SQLException {
    State state = state(connection);
    Map<String, String> missing = missing(connection);
    if (!state.there() || state.ours() || (missing.isEmpty() && state.usable())) {
      return "";
    }
    return "the table %1$s.deployments belongs to %2$s; run as %2$s: ALTER TABLE %1$s.deployments OWNER TO %3$s; or, if it is to stay with %2$s: %4$sGRANT SELECT, INSERT, UPDATE, DELETE ON %1$s.deployments TO %3$s"
        .formatted(quoted(schema), quoted(state.owner()), quoted(state.login()), addition(missing));
  }

  /** What keeps a table that was made ready from being used any more; else empty. */
  String damage(Connection connection) throws SQLException {
    State state = state(connection);
    Map<String, String> missing = missing(connection);
    if (!state.there()) {
      return isMigrated(connection)
          ? "the table %1$s.deployments is gone; restore it from a backup, or begin with an empty one, for which every container is made anew: CREATE TABLE %1$s.deployments (%2$s)"
              .formatted(quoted(schema), definitions())
          : ""; // it is made at the start
    }
    if (!state.usable()) {
      return "the login %3$s may not use the table; run as %2$s: GRANT SELECT, INSERT, UPDATE, DELETE ON %1$s.deployments TO %3$s"
          .formatted(quoted(schema), quoted(state.owner()), quoted(state.login()));
    }
    if (!missing.isEmpty()) {
      return "the table %s.deployments lacks columns; rename back what was renamed, else run as %s: %s"
          .formatted(quoted(schema), quoted(state.owner()), addition(missing).strip());
    }
    Map<String, String> unfit = unfit(connection);
    return unfit.isEmpty()
        ? ""
        : "columns of the table %1$s.deployments cannot take what belongs in them; run as %2$s: ALTER TABLE %1$s.deployments %3$s"
            .formatted(
                quoted(schema),
                quoted(state.owner()),
                unfit.entrySet().stream()
                    .map(column -> ColumnTypes.change(column.getKey(), column.getValue()))
                    .collect(Collectors.joining(", ")));
  }

  private boolean isMigrated(Connection connection) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
      query.setString(1, quoted(schema) + ".orchestrator_work");
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }

  private static String definitions() {
    return columns().entrySet().stream()
        .map(column -> column.getKey() + " " + column.getValue())
        .collect(Collectors.joining(", "));
  }

  private String addition(Map<String, String> missing) {
    return missing.isEmpty()
        ? ""
        : missing.entrySet().stream()
            .map(column ->
                "ADD COLUMN IF NOT EXISTS %s %s".formatted(column.getKey(), column.getValue()))
            .collect(
                Collectors.joining(
                    ", ", "ALTER TABLE %s.deployments ".formatted(quoted(schema)), "; "));
  }

  /** The columns that are mapped and not there, each with its definition. */
  private Map<String, String> missing(Connection connection) throws SQLException {
    Map<String, String> missing = columns();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = 'deployments'")) {
      query.setString(1, schema);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          missing.remove(rows.getString(1));
        }
      }
    }
    return missing;
  }

  /** The columns of another type than their definition, or too short, each with that. */
  private Map<String, String> unfit(Connection connection) throws SQLException {
    Map<String, String> unfit = columns();
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT column_name, CASE WHEN data_type = 'USER-DEFINED' THEN udt_name ELSE data_type END,
              coalesce(character_maximum_length, 0)
            FROM information_schema.columns WHERE table_schema = ? AND table_name = 'deployments'
            """)) {
      query.setString(1, schema);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          String name = rows.getString(1);
          String definition = unfit.get(name);
          if (definition != null
              && ColumnTypes.fits(name, definition, rows.getString(2), rows.getInt(3))) {
            unfit.remove(name);
          }
        }
      }
    }
    return unfit;
  }

  /** The columns as the entity has them, so that none is forgotten. */
  static Map<String, String> columns() {
    var columns = new LinkedHashMap<String, String>();
    addColumns(columns, Deployment.class);
    return columns;
  }

  private static void addColumns(Map<String, String> columns, Class<?> mapping) {
    for (Field field : mapping.getDeclaredFields()) {
      boolean mapped =
          !Modifier.isStatic(field.getModifiers())
              && !Modifier.isTransient(field.getModifiers())
              && !field.getName().startsWith("_");
      if (mapped && field.isAnnotationPresent(Embedded.class)) {
        addColumns(columns, field.getType());
      } else if (mapped) {
        Column column = field.getAnnotation(Column.class);
        boolean named = column != null && !column.name().isEmpty();
        columns.put(named ? column.name() : field.getName(), definition(field, column));
      }
    }
  }

  private static String definition(Field field, @Nullable Column column) {
    boolean needed = column != null && !column.nullable();
    Class<?> type = field.getType();
    if (field.isAnnotationPresent(Id.class)) {
      return "uuid PRIMARY KEY";
    }
    if (type == UUID.class) {
      return "uuid UNIQUE";
    }
    if (type == Instant.class) {
      return needed ? "timestamptz NOT NULL DEFAULT now()" : "timestamptz";
    }
    if (type == boolean.class) {
      return "boolean NOT NULL DEFAULT false";
    }
    if (type == int.class) {
      return "integer NOT NULL DEFAULT 0";
    }
    if (type == long.class || field.isAnnotationPresent(Version.class)) {
      return "bigint NOT NULL DEFAULT 0";
    }
    return needed ? "text NOT NULL DEFAULT ''" : "text";
  }

  static String quoted(String name) {
    return name.matches("[a-z_][a-z0-9_]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  /**
   * Lets the migrations change a copy, for as long as each lasts, where the table is another role's
   * and has all columns: only an owner may change a table, even if there is nothing to change.
   */
  Callback copyForMigrations() {
    return new Copy();
  }

  private final class Copy implements Callback {
    @Override
    public boolean supports(Event event, Context context) {
      return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
      return true;
    }

    @Override
    public void handle(Event event, Context context) {
      try (Statement statement = context.getConnection().createStatement()) {
        State state = state(context.getConnection());
        if (state.there() && !state.ours()) {
          statement.execute(
              "CREATE TEMPORARY TABLE deployments ON COMMIT DROP AS TABLE %s.deployments"
                  .formatted(quoted(schema)));
        }
      } catch (SQLException e) {
        throw new IllegalStateException("the table deployments could not be copied", e);
      }
    }

    @Override
    public String getCallbackName() {
      return "copy of deployments";
    }
  }
}
