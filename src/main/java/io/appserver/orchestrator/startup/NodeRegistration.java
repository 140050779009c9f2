package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.startup.NodeRows.Known;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Which node an engine is. A node is its engine's id, and its name is a label: an engine that is
 * known under another name takes everything it has to the new one. A name is taken from nobody who
 * is alive.
 */
public final class NodeRegistration {

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
   * Registers the engine under the name, in one transaction. Several instances may do so at once.
   *
   * @param engine the engine's own id; blank if it tells none, and then only the name counts
   * @param containers the ids of all containers of this installation on the engine
   */
  public Answer register(String name, String engine, Set<String> containers) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        Answer answer = register(new NodeRows(connection), name, engine, containers);
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

  private static Answer register(NodeRows rows, String name, String engine, Set<String> containers)
      throws SQLException {
    List<Known> known = rows.known();
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
      rows.insert(name, engine);
    } else {
      rows.renew(name, engine);
    }
    rows.forgetFormer(name);
    // what a process that stood still may have written under a former name
    for (String former : own.map(Known::former).orElse(List.of())) {
      rows.rename(former, name);
    }
    var renamed = new ArrayList<String>();
    var left = new ArrayList<String>();
    for (Known other : others) {
      if (other.isHere(containers)) {
        rows.rename(other.name(), name);
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
}
