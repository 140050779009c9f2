package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.convergence.operation.Nodes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Which node an engine is. A node is its engine's id, and its name is a label: an engine that is
 * known under another name takes everything it has to the new one. A name is taken from nobody who
 * is alive.
 */
public final class NodeRegistration {

  /**
   * How long after an orderly stop the other instances of a node have time to be seen: each of them
   * says every 2 s that it is there.
   */
  private static final Duration LEAVE = Duration.ofSeconds(6);

  private final DataSource dataSource;

  public NodeRegistration(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** What came of it. */
  public sealed interface Answer {

    /**
     * The engine has the name.
     *
     * @param renamed the names that it had before, whose apps it took along
     * @param left names under which the same engine id is known, with apps of which nothing is here
     */
    record Registered(List<String> renamed, List<String> left) implements Answer {}

    /**
     * Somebody may be alive who is in the way.
     *
     * @param why with the cure
     */
    record Occupied(String why) implements Answer {}

    /**
     * The name belongs to another engine, and waiting does not help.
     *
     * @param why with the cure
     */
    record Refused(String why) implements Answer {}
  }

  /**
   * @param alive whether an instance of it was there a moment ago
   * @param recorded the ids of the containers in its deployments' rows
   * @param former the names that it had before
   */
  private record Known(
      String name, String engine, boolean alive, Set<String> recorded, List<String> former) {

    /** Whether the containers that it has are here, or it has none. */
    boolean isHere(Set<String> containers) {
      return recorded.isEmpty() || recorded.stream().anyMatch(containers::contains);
    }
  }

  /**
   * Registers the engine under the name, in one transaction. Several instances may do so at once.
   *
   * @param engine the engine's own id; blank if it tells none, and then only the name counts
   * @param containers the ids of all containers of this installation on the engine
   */
  public Answer register(String name, String engine, Set<String> containers) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        Answer answer = register(connection, name, engine, containers);
        connection.commit();
        return answer;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  /** Whether the name is still this engine's. */
  public boolean holds(String name, String engine) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT 1 FROM orchestrator_node WHERE name = ? AND engine_id = coalesce(nullif(?, ''), engine_id)")) {
      query.setString(1, name);
      query.setString(2, engine);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  private Answer register(Connection connection, String name, String engine, Set<String> containers)
      throws SQLException {
    List<Known> known = known(connection);
    Optional<Known> own = known.stream().filter(node -> node.name().equals(name)).findFirst();
    List<Known> others =
        known.stream()
            .filter(node -> !node.name().equals(name))
            .filter(node -> !engine.isBlank() && node.engine().equals(engine))
            .toList();
    Optional<Known> living = others.stream().filter(Known::alive).findFirst();
    if (living.isPresent()) {
      return new Answer.Occupied(sameEngine(living.get().name(), name));
    }
    Optional<Known> stranger =
        own.filter(node -> !engine.isBlank() && !node.engine().isBlank())
            .filter(node -> !node.engine().equals(engine));
    if (stranger.filter(Known::alive).isPresent()) {
      return new Answer.Occupied(otherEngine(name, "is alive"));
    }
    if (stranger.filter(node -> !node.isHere(containers)).isPresent()) {
      return new Answer.Refused(otherEngine(name, "has apps, and nothing of them is here"));
    }
    if (own.isEmpty()) {
      insert(connection, name, engine);
    } else {
      update(
          connection,
          """
          UPDATE orchestrator_node SET engine_id = coalesce(nullif(?, ''), engine_id), seen_at = clock_timestamp()
          WHERE name = ?
          """,
          engine,
          name);
    }
    update(
        connection,
        "UPDATE orchestrator_node SET former_names = array_remove(former_names, ?)",
        name);
    // what a process that stood still may have written under a former name
    for (String former : own.map(Known::former).orElse(List.of())) {
      rename(connection, former, name);
    }
    var renamed = new ArrayList<String>();
    var left = new ArrayList<String>();
    for (Known other : others) {
      if (other.isHere(containers)) {
        rename(connection, other.name(), name);
        renamed.add(other.name());
      } else {
        left.add(other.name());
      }
    }
    return new Answer.Registered(List.copyOf(renamed), List.copyOf(left));
  }

  private static String sameEngine(String old, String name) {
    return """
    this Docker engine is the node %1$s, and an orchestrator of that node is alive, while this one is to be the node %2$s. \
    If the node was renamed, stop every orchestrator that still runs as %1$s, or start it with the new name too: this one goes on then, and no app is touched. \
    If these are two engines that share an id (one machine was copied from the other), give this one an id of its own: \
    stop it, remove its file engine-id (in Docker's data folder) or /etc/docker/key.json, and start it again\
    """
        .formatted(old, name);
  }

  private static String otherEngine(String name, String why) {
    return """
    the node name %1$s belongs to another Docker engine, which %2$s; set APPSERVER_DOCKER_NODE_NAME to a name of its own. \
    If this engine is there instead of that one, retire the node %1$s afterwards, so that its apps come here\
    """
        .formatted(name, why);
  }

  /** All nodes. Nobody else registers, or says that it is alive, until the transaction ends. */
  private static List<Known> known(Connection connection) throws SQLException {
    execute(connection, "LOCK TABLE orchestrator_node IN SHARE ROW EXCLUSIVE MODE");
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

  private static void insert(Connection connection, String name, String engine)
      throws SQLException {
    update(
        connection, "INSERT INTO orchestrator_node (engine_id, name) VALUES (?, ?)", engine, name);
  }

  /**
   * Takes all that a node has to its new name. The history stays as it was written. What both names
   * have of one app is joined: the higher fence, every signal, and one more, for which the app is
   * looked at.
   */
  private static void rename(Connection connection, String old, String name) throws SQLException {
    update( // a new version: who read the row before must not write the old name into it
        connection,
        "UPDATE deployments SET node = ?, version = version + 1 WHERE node = ?",
        name,
        old);
    update(connection, "UPDATE orchestrator_move SET node = ? WHERE node = ?", name, old);
    update(
        connection,
        "UPDATE orchestrator_act SET node = ? WHERE node = ? AND (outcome IS NULL OR outcome = 'unanswered')",
        name,
        old);
    update(
        connection,
        "UPDATE orchestrator_intake SET node = ? WHERE node = ? AND outcome = 'open'",
        name,
        old);
    update(
        connection,
        """
        INSERT INTO orchestrator_orphan AS o (node, app_name, since, allowed_by, removed_at)
        SELECT ?, app_name, since, allowed_by, removed_at FROM orchestrator_orphan WHERE node = ?
        ON CONFLICT (node, app_name) DO UPDATE SET since = least(o.since, excluded.since),
          removed_at = greatest(o.removed_at, excluded.removed_at)
        """,
        name,
        old);
    update(
        connection,
        """
        INSERT INTO orchestrator_volume AS v (node, name, app_id, app_name, path, origin, used, since)
        SELECT ?, name, app_id, app_name, path, origin, used, since FROM orchestrator_volume WHERE node = ?
        ON CONFLICT (node, name) DO UPDATE SET used = v.used OR excluded.used
        """,
        name,
        old);
    update(
        connection,
        """
        INSERT INTO orchestrator_purge (app_name, volume, node, since, actor)
        SELECT app_name, volume, ?, since, actor FROM orchestrator_purge WHERE node = ?
        ON CONFLICT DO NOTHING
        """,
        name,
        old);
    update(
        connection,
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
      update(connection, "DELETE FROM %s WHERE node = ?".formatted(table), old);
    }
    update(
        connection,
        """
        UPDATE orchestrator_node AS n SET former_names = array(
          SELECT unnest(n.former_names || o.former_names || o.name) EXCEPT SELECT n.name)
        FROM orchestrator_node o WHERE n.name = ? AND o.name = ?
        """,
        name,
        old);
    update(connection, "DELETE FROM orchestrator_node WHERE name = ?", old);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }

  private static void update(Connection connection, String sql, String... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }
}
