package io.appserver.orchestrator.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.appserver.orchestrator.e2e.support.FreePort;
import io.appserver.orchestrator.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PgBouncer between the orchestrator and its database. */
class PoolerE2E {

  private static final String PASSWORD = "pooled";

  private final String schema = "pooler_" + ProcessHandle.current().pid();
  private final String login = schema + "_login";
  private final int port = FreePort.find();
  private final List<HikariDataSource> pools = new ArrayList<>();

  @TempDir private Path directory;
  private Process pooler;

  private static String environment(String name) {
    return Objects.requireNonNull(System.getenv(name), name + " is not set");
  }

  /** The address of the database, which the driver's prefix hides from a parser. */
  private static URI server() {
    return URI.create(environment("ORCHESTRATOR_TEST_DB_URL").substring("jdbc:".length()));
  }

  private void asSuperuser(String sql) throws SQLException {
    try (HikariDataSource superuser =
            TestDatabase.login(
                environment("ORCHESTRATOR_TEST_DB_SUPERUSER"),
                environment("ORCHESTRATOR_TEST_DB_SUPERUSER_PASSWORD"),
                "");
        Connection connection = superuser.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Database throughThePooler() {
    String url = "jdbc:postgresql://127.0.0.1:%d%s".formatted(port, server().getPath());
    HikariDataSource pool = TestDatabase.login(url, login, PASSWORD, schema);
    pools.add(pool);
    return new Database(pool, schema);
  }

  @BeforeEach
  void schemaOfALoginOfItsOwn() throws SQLException {
    asSuperuser(
        """
        CREATE ROLE %2$s LOGIN PASSWORD '%3$s';
        CREATE SCHEMA %1$s AUTHORIZATION %2$s;
        """
            .formatted(schema, login, PASSWORD));
  }

  @AfterEach
  void gone() throws SQLException, InterruptedException {
    pools.forEach(HikariDataSource::close);
    stopPooler();
    asSuperuser(
        "DROP SCHEMA %s CASCADE; DROP OWNED BY %2$s; DROP ROLE %2$s".formatted(schema, login));
  }

  private void startPooler(String ignored) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path configuration =
        Files.writeString(
            directory.resolve("pgbouncer.ini"),
            """
            [databases]
            * = host=%s port=%d user=%s password=%s
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir =
            auth_type = any
            pool_mode = session
            ignore_startup_parameters = %s
            """
                .formatted(server().getHost(), server().getPort(), login, PASSWORD, port, ignored));
    pooler =
        new ProcessBuilder("pgbouncer", "-u", "nobody", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    await("the pooler listens").until(this::listens);
  }

  private boolean listens() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void stopPooler() throws InterruptedException {
    if (pooler != null) {
      pooler.destroyForcibly().waitFor();
    }
  }

  @Test
  void aPoolerThatRefusesTheSearchPathIsToldOfWithTheCure() throws Exception {
    startPooler("extra_float_digits");
    assertThat(throughThePooler().trouble())
        .contains("search_path")
        .contains("ignore_startup_parameters = extra_float_digits, search_path")
        .contains("ALTER ROLE");
  }

  @Test
  void aPoolerThatDropsTheSearchPathIsRefusedUntilTheLoginHasIt() throws Exception {
    startPooler("extra_float_digits, search_path");
    String trouble = throughThePooler().trouble();
    assertThat(trouble).contains("not in " + schema, "a pooler in between drops the search_path");

    asSuperuser(trouble.substring(trouble.indexOf("ALTER ROLE")));
    stopPooler(); // the connections that it kept do not know of it
    startPooler("extra_float_digits, search_path");
    Database database = throughThePooler();
    assertThat(database.trouble()).isEmpty();
    database.migrate();
    assertThat(database.missingMigrations()).isEmpty();
    assertThat(database.damage()).isEmpty();
  }
}
