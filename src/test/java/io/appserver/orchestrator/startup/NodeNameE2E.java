package io.appserver.orchestrator.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.appserver.orchestrator.testing.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Who may call itself by a node's name. */
class NodeNameE2E {

  @Test
  void aNameThatIsAnotherEnginesIsRefused() throws SQLException {
    try (var tables = TestDatabase.create()) {
      var database = new Database(tables.dataSource(), tables.schema());
      database.registerNode("here", "engine-1");
      database.registerNode("here", "engine-1"); // again, as at each start

      assertThatExceptionOfType(Database.NodeTakenException.class)
          .isThrownBy(() -> database.registerNode("here", "engine-2"))
          .withMessageContaining("here")
          .withMessageContaining("APPSERVER_DOCKER_NODE_NAME");
      assertThat(tables.rows("SELECT name, engine_id FROM orchestrator_node"))
          .containsExactly("here engine-1");
      database.registerNode("there", "engine-2");
    }
  }
}
