package io.appserver.orchestrator.startup;

import java.util.Set;

/**
 * Whether a column can take what is to be written into it. Not every other type is wrong: an
 * earlier orchestrator's table has its own.
 */
final class ColumnTypes {

  private static final Set<String> NUMBERS = Set.of("integer", "bigint", "numeric");
  private static final Set<String> TEXTS = Set.of("text", "character varying", "citext");

  /** The longest word for a state or for health. */
  private static final int WORD = 10;

  /** A container's id, a hash, or a code. */
  private static final int ID = 64;

  /** What people and engines name. */
  private static final int NAME = 255;

  private ColumnTypes() {}

  /**
   * @param definition the column's, in SQL, with its type first
   * @param type as {@code information_schema} calls the present one
   * @param longest the most characters that it takes; 0 if there is no limit
   */
  static boolean fits(String column, String definition, String type, int longest) {
    return switch (type(definition)) {
      case "uuid" -> type.equals("uuid");
      case "boolean" -> type.equals("boolean");
      case "timestamptz" -> type.startsWith("timestamp");
      case "integer", "bigint" -> NUMBERS.contains(type);
      default -> TEXTS.contains(type) && (longest == 0 || longest >= needed(column));
    };
  }

  /** What gives the column the type and the default of that definition, in SQL. */
  static String change(String column, String definition) {
    int at = definition.indexOf("DEFAULT ");
    String type =
        "ALTER COLUMN %1$s TYPE %2$s USING CAST(%1$s AS %2$s)".formatted(column, type(definition));
    return at < 0
        ? type
        : "ALTER COLUMN %1$s DROP DEFAULT, %2$s, ALTER COLUMN %1$s SET %3$s"
            .formatted(column, type, definition.substring(at));
  }

  private static String type(String definition) {
    int end = definition.indexOf(' ');
    return end < 0 ? definition : definition.substring(0, end);
  }

  private static int needed(String column) {
    if (column.endsWith("state") || column.equals("health_status")) {
      return WORD;
    }
    boolean id = column.endsWith("_id") || column.endsWith("_hash") || column.endsWith("_code");
    return id && !column.startsWith("image_") ? ID : NAME;
  }
}
