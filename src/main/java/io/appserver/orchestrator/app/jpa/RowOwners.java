package io.appserver.orchestrator.app.jpa;

/**
 * Whose the rows of {@code settings} and {@code dependencies} are. A UUID that no app of {@code
 * apps} has is no riddle: it is what a removed app left behind, deployed or not.
 */
final class RowOwners {

  private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  /** Those that ask something of the orchestrator. */
  private static final String SETTINGS =
      """
      SELECT %s AS id, true AS told FROM settings WHERE CAST(key AS text) LIKE 'docker.%%'
        AND coalesce(trim(CAST(value AS text)), '') NOT IN ('', 'null', '""')
      """
          .formatted(id("app_id"));

  private static final String DEPENDENCIES =
      """
      SELECT %s AS id, %s <> '' OR upper(trim(coalesce(CAST(kind AS text), ''))) = 'SOFT' AS told FROM dependencies
      """
          .formatted(id("app_id"), id("depends_on_app_id"));

  private final TableReader reader;

  RowOwners(TableReader reader) {
    this.reader = reader;
  }

  /**
   * The rows of a table.
   *
   * @param owners how many apps of {@code apps} have any
   * @param known how many rows are of those apps, and can be read
   * @param strange how many have no UUID as app, or do not say what is needed
   */
  record Count(int owners, long known, long strange) {

    /** Whether the table says less than it hides: it is not to be read as it is. */
    boolean isLost() {
      return strange > known;
    }
  }

  Count settings() {
    return count(SETTINGS);
  }

  Count dependencies() {
    return count(DEPENDENCIES);
  }

  private Count count(String rows) {
    String counted =
        """
        SELECT count(DISTINCT a.id), count(a.id) FILTER (WHERE told), count(*) FILTER (WHERE NOT told OR r.id = '')
        FROM (%s) AS r
        LEFT JOIN (SELECT DISTINCT %s AS id FROM apps) AS a ON a.id = r.id AND r.id <> ''
        """
            .formatted(rows, id("id"));
    Object[] row = reader.rows(counted).getFirst();
    return new Count(
        ((Number) row[0]).intValue(), ((Number) row[1]).longValue(), ((Number) row[2]).longValue());
  }

  /** The id in a column, also where more than the id is in it; empty if there is none. */
  private static String id(String column) {
    return "coalesce(substring(lower(CAST(%s AS text)) FROM '(%s)'), '')".formatted(column, UUID);
  }
}
