package io.appserver.orchestrator;

import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.startup.Lifecycle;
import io.appserver.orchestrator.testing.Patience;
import jakarta.inject.Inject;
import java.io.File;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The built WAR in a server, with its tests inside. The orchestrator has its tables there, in a
 * schema without the platform's, which it waits for; so nothing is done beside the tests.
 */
@ExtendWith(ArquillianExtension.class)
abstract class InServer {

  @Inject Lifecycle lifecycle;

  @Deployment
  static WebArchive war() throws ReflectiveOperationException {
    return ShrinkWrap.createFromZipFile(
            WebArchive.class, new File(System.getProperty("orchestrator.war")))
        .addClasses(InServer.class, ServerIT.class, Patience.class)
        .addAsLibraries(
            Stream.of(
                    Assertions.class,
                    Class.forName("net.bytebuddy.ByteBuddy"),
                    Awaitility.class,
                    Class.forName("org.hamcrest.Matcher"))
                .map(InServer::library)
                .toArray(File[]::new));
  }

  private static File library(Class<?> oneOfIt) {
    return new File(oneOfIt.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  /** Outside of the server: the application has started, and waits for it. */
  @BeforeAll
  static void makeSchema() throws SQLException {
    dropSchema(); // of a run that was killed
    execute("CREATE SCHEMA " + schema());
  }

  /** Outside of the server. */
  @AfterAll
  static void dropSchema() throws SQLException {
    execute("DROP SCHEMA IF EXISTS " + schema() + " CASCADE");
  }

  static String schema() {
    return System.getenv("APPSERVER_DB_SCHEMA");
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                System.getenv("ORCHESTRATOR_TEST_DB_URL"),
                System.getenv("APPSERVER_DB_USER"),
                System.getenv("APPSERVER_DB_PASSWORD"));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @BeforeEach
  void awaitTables() {
    await()
        .atMost(Patience.CONDITION)
        .until(lifecycle::waitingFor, words -> words.startsWith("the platform's tables"));
  }
}
