package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.convergence.operation.Nodes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the tables have of nodes, within one transaction. */
final class NodeRows {

  /**
   * How long after an orderly stop the other instances of a node have time to be seen: each of them
   * says every 2 s that it is there.
   */
  private static final Duration LEAVE = Duration.ofSeconds(6);

  private final Connection connection;

  NodeRows(Connection connection) {
    this.connection = connection;
  }

  /**
   * @param alive whether an instance of it was there a moment ago
   * @param recorded the ids of the containers in its deployments' rows
   * @param former the names that it had before
   */
  record Known(
      String name, String engine, boolean alive, Set<String> recorded, List<String> former) {

    /** Whether the containers that it has are here, or it has none. */
    boolean isHere(Set<String> containers) {
      return recorded.isEmpty() || recorded.stream().anyMatch(containers::contains);
    }
  }

  /** All nodes. Nobody else registers, or says that it is alive, until the transaction ends. */
  List<Known> known() throws SQLException {
    execute("LOCK TABLE orchestrator_node IN SHARE ROW EXCLUSIVE MODE");
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT n.name, n.engine_id,
              n.seen_at > clock_timestamp() - ? * interval '1 millisecond'
                AND NOT coalesce(n.left_at >= n.seen_at
                  AND n.left_at < clock_timestamp() - ? * interval '1 millisecond', false)
              OR EXISTS (SELECT 1 FROM orchestrator_work w
                WHERE w.node = n.name AND w.lease_expires > clock_timestamp()),
              ARRAY(SELECT unnest(ARRAY[d.container_id, d.previous_container_id])
                FROM deployments d WHERE d.node = n.name AND d.state <> 'stopped'),
              n.former_names
            FROM orchestrator_node n ORDER BY n.name
            """)) {
      query.setLong(1, Nodes.PATIENCE.toMillis());
      query.setLong(2, LEAVE.toMillis());
      var known = new ArrayList<Known>();
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          var recorded = (String[]) rows.getArray(4).getArray();
          var former = (String[]) rows.getArray(5).getArray();
          known.add(
              new Known(
                  rows.getString(1),
                  rows.getString(2),
                  rows.getBoolean(3),
                  Stream.of(recorded)
                      .filter(id -> id != null && !id.isBlank())
                      .collect(Collectors.toSet()),
                  List.of(former)));
        }
      }
      return known;
    }
  }

  void insert(String name, String engine) throws SQLException {
    update("INSERT INTO orchestrator_node (engine_id, name) VALUES (?, ?)", engine, name);
  }

  /** The engine has the name, and is there. */
  void renew(String name, String engine) throws SQLException {
    update(
        """
        UPDATE orchestrator_node SET engine_id = coalesce(nullif(?, ''), engine_id), seen_at = clock_timestamp()
        WHERE name = ?
        """,
        engine,
        name);
  }

  /** The name is nobody's former one any more. */
  void forgetFormer(String name) throws SQLException {
    update("UPDATE orchestrator_node SET former_names = array_remove(former_names, ?)", name);
  }

  /**
   * Takes all that a node has to its new name. The history stays as it was written. What both names
   * have of one app is joined: the higher fence, every signal, and one more, for which the app is
   * looked at.
   */
  void rename(String old, String name) throws SQLException {
    update( // a new version: who read the row before must not write the old name into it
        "UPDATE deployments SET node = ?, version = version + 1 WHERE node = ?", name, old);
    update("UPDATE orchestrator_move SET node = ? WHERE node = ?", name, old);
    update(
        "UPDATE orchestrator_act SET node = ? WHERE node = ? AND (outcome IS NULL OR outcome = 'unanswered')",
        name,
        old);
    update(
        "UPDATE orchestrator_intake SET node = ? WHERE node = ? AND outcome = 'open'", name, old);
    update(
        """
        INSERT INTO orchestrator_orphan AS o (node, app_name, since, allowed_by, removed_at)
        SELECT ?, app_name, since, allowed_by, removed_at FROM orchestrator_orphan WHERE node = ?
        ON CONFLICT (node, app_name) DO UPDATE SET since = least(o.since, excluded.since),
          removed_at = greatest(o.removed_at, excluded.removed_at)
        """,
        name,
        old);
    update(
        """
        INSERT INTO orchestrator_volume AS v (node, name, app_id, app_name, path, origin, used, since)
        SELECT ?, name, app_id, app_name, path, origin, used, since FROM orchestrator_volume WHERE node = ?
        ON CONFLICT (node, name) DO UPDATE SET used = v.used OR excluded.used
        """,
        name,
        old);
    update(
        """
        INSERT INTO orchestrator_purge (app_name, volume, node, since, actor)
        SELECT app_name, volume, ?, since, actor FROM orchestrator_purge WHERE node = ?
        ON CONFLICT DO NOTHING
        """,
        name,
        old);
    update(
        """
        INSERT INTO orchestrator_work AS w
          (node, app_name, signal_seq, renewal_seq, handled_seq, causes, wake_at, fence)
        SELECT ?, app_name, signal_seq, renewal_seq, handled_seq, causes, wake_at, fence
        FROM orchestrator_work WHERE node = ?
        ON CONFLICT (node, app_name) DO UPDATE SET
          signal_seq = greatest(w.signal_seq, excluded.signal_seq) + 1,
          handled_seq = greatest(w.signal_seq, excluded.signal_seq),
          renewal_seq = CASE WHEN w.renewal_seq > w.handled_seq OR excluded.renewal_seq > excluded.handled_seq
            THEN greatest(w.signal_seq, excluded.signal_seq) + 1 ELSE 0 END,
          causes = coalesce(
            (SELECT jsonb_object_agg(word, greatest(w.signal_seq, excluded.signal_seq) + 1)
             FROM jsonb_object_keys(w.causes || excluded.causes) AS word), '{}'),
          wake_at = least(w.wake_at, excluded.wake_at),
          fence = greatest(w.fence, excluded.fence)
        """,
        name,
        old);
    for (String table :
        List.of(
            "orchestrator_work",
            "orchestrator_orphan",
            "orchestrator_volume",
            "orchestrator_purge")) {
      update("DELETE FROM %s WHERE node = ?".formatted(table), old);
    }
    update(
        """
        UPDATE orchestrator_node AS n SET former_names = array(
          SELECT unnest(n.former_names || o.former_names || o.name) EXCEPT SELECT n.name)
        FROM orchestrator_node o WHERE n.name = ? AND o.name = ?
        """,
        name,
        old);
    update("DELETE FROM orchestrator_node WHERE name = ?", old);
  }

  private void execute(String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }

  private void update(String sql, String... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }
}
