package io.appserver.orchestrator.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.appserver.orchestrator.testing.Command;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The logins that {@code compose.yaml} makes, by its own statements, in a database of the real
 * PostgreSQL: apps own nothing of the platform's, and the orchestrator has what it needs.
 */
class ComposeLoginsE2E {

  private static final Pattern STATEMENTS =
      Pattern.compile("<<'SQL'\\R(.*?)^ *SQL$", Pattern.DOTALL | Pattern.MULTILINE);

  private static final String PASSWORD = "it's a pass\\word";

  private final String mark = UUID.randomUUID().toString().substring(0, 8);
  private final String name = "compose_" + mark;
  private final String apps = "apps_" + mark;
  private final String orchestrator = "orchestrator_login_" + mark;

  @BeforeEach
  void makeDatabase() throws SQLException {
    execute(superuser("postgres"), "CREATE DATABASE " + name);
  }

  @AfterEach
  void removeAll() throws SQLException {
    execute(superuser("postgres"), "DROP DATABASE %s WITH (FORCE)".formatted(name));
    execute(superuser("postgres"), "DROP ROLE IF EXISTS %s, %s".formatted(apps, orchestrator));
  }

  @Test
  void appsOwnNothingOfThePlatformsAndTheOrchestratorHasWhatItNeeds() throws Exception {
    makeLogins();
    makeLogins(); // as each `up` does
    execute(
        superuser(name),
        "CREATE TABLE appserver.apps (id uuid PRIMARY KEY, name text, state text)"); // AppServer's

    var database = new Database(login(orchestrator, "appserver"), "appserver");
    database.migrate();
    assertThat(database.missingMigrations()).isEmpty();
    assertThat(database.rightsOf(apps)).contains(new LoginRights(false, false, false));
    assertThat(database.rightsOf(orchestrator)).contains(new LoginRights(false, true, true));
    assertThat(database.rightsOf(environment("ORCHESTRATOR_TEST_DB_SUPERUSER")))
        .map(LoginRights::administrator)
        .contains(true);
    assertThat(database.rightsOf("nobody_" + mark)).isEmpty();
    execute(login(orchestrator, "appserver"), "SELECT * FROM apps");

    DataSource app = login(apps, apps);
    execute(app, "CREATE TABLE notes (text text)");
    for (String table : new String[] {"apps", "deployments", "orchestrator_installation"}) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> execute(app, "SELECT * FROM appserver." + table))
          .withMessageContaining("permission denied");
    }
  }

  @Test
  void tablesThatTheOwnersLoginMadeBeforeGoToTheOrchestratorsLogin() throws Exception {
    execute(superuser(name), "CREATE SCHEMA appserver");
    new Database(superuser(name, "appserver"), "appserver")
        .migrate(); // as earlier versions of compose.yaml had it
    makeLogins();
    var database = new Database(login(orchestrator, "appserver"), "appserver");
    database.migrate();
    execute(login(orchestrator, "appserver"), "ALTER TABLE deployments ADD COLUMN mine text");
    execute(login(orchestrator, "appserver"), "DELETE FROM orchestrator_node");
  }

  /** By the statements of the file, with this test's own names for the logins. */
  private void makeLogins() throws IOException {
    Matcher found = STATEMENTS.matcher(Files.readString(Path.of("compose.yaml")));
    assertThat(found.find()).isTrue();
    String sql =
        found
            .group(1)
            .lines()
            .map(String::strip)
            .reduce("", (before, line) -> before + line + "\n")
            .replaceAll("\\bapps\\b", apps)
            .replaceAll("\\borchestrator\\b", orchestrator);
    Path file = Files.createTempFile("logins", ".sql");
    try {
      Files.writeString(file, sql);
      URI server = server();
      Command.run(
          Map.of(
              "PGHOST", server.getHost(),
              "PGPORT", Integer.toString(server.getPort()),
              "PGUSER", environment("ORCHESTRATOR_TEST_DB_SUPERUSER"),
              "PGPASSWORD", environment("ORCHESTRATOR_TEST_DB_SUPERUSER_PASSWORD"),
              "PGDATABASE", name,
              "APPS_DB_PASSWORD", PASSWORD,
              "ORCHESTRATOR_DB_PASSWORD", PASSWORD),
          "psql",
          "--quiet",
          "--no-psqlrc",
          "--set=ON_ERROR_STOP=1",
          "--output=/dev/null",
          "--file=" + file);
    } finally {
      Files.delete(file);
    }
  }

  private static URI server() {
    return URI.create(environment("ORCHESTRATOR_TEST_DB_URL").substring("jdbc:".length()));
  }

  private static DataSource superuser(String database) {
    return superuser(database, "public");
  }

  private static DataSource superuser(String database, String schema) {
    return source(
        database,
        environment("ORCHESTRATOR_TEST_DB_SUPERUSER"),
        environment("ORCHESTRATOR_TEST_DB_SUPERUSER_PASSWORD"),
        schema);
  }

  private DataSource login(String user, String schema) {
    return source(name, user, PASSWORD, schema);
  }

  private static DataSource source(String database, String user, String password, String schema) {
    URI server = server();
    String url =
        "jdbc:postgresql://%s:%d/%s?currentSchema=%s"
            .formatted(server.getHost(), server.getPort(), database, schema);
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (self, method, arguments) -> DriverManager.getConnection(url, user, password));
  }

  private static void execute(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String environment(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .orElseThrow(() ->
            new IllegalStateException(
                variable + " is not set: eval \"$(script/services env)\" sets it"));
  }
}
