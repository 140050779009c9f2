package io.appserver.orchestrator.e2e.support;

import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.testing.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A registry, a RabbitMQ node and a PostgreSQL that nobody else uses, to be killed and stopped.
 * Left over by a run that was killed, they are taken up by the next.
 */
public final class OwnServices implements AutoCloseable {

  private final Path checkout;
  private final Path directory;
  private final Services services;

  private OwnServices(Path checkout, Path directory) {
    this.checkout = checkout;
    this.directory = directory;
    start();
    Map<String, String> environment = environment();
    services = Services.of(environment);
    keepCommitsThatWereAnswered(environment);
  }

  /** One of them. */
  public enum Service {
    REGISTRY,
    RABBITMQ,
    POSTGRESQL
  }

  /** Starts all. Always the same ones of a checkout, so that none stays behind for good. */
  static OwnServices start(Path checkout) {
    return new OwnServices(checkout, checkout.resolve("target/e2e/services"));
  }

  Services services() {
    return services;
  }

  /** Starts those that do not answer. */
  public void start() {
    script("up");
  }

  /** Ends all processes of the service by KILL. */
  public void kill(Service service) {
    await("the end of " + service)
        .until(() -> {
          List<ProcessHandle> living = processes(service);
          living.forEach(ProcessHandle::destroyForcibly);
          return living.isEmpty();
        });
  }

  /** Holds all processes of the service (STOP): connections open, and nothing answers. */
  public void hold(Service service) {
    processes(service).forEach(process -> Command.signal("STOP", process.pid()));
  }

  /** Lets them go on (CONT). */
  public void letGo(Service service) {
    processes(service).forEach(process -> Command.signal("CONT", process.pid()));
  }

  /** The registry's file of a layer or a manifest. */
  public Path blob(String digest) {
    String hash = digest.substring(digest.indexOf(':') + 1);
    return directory
        .resolve("registry/data/docker/registry/v2/blobs/sha256")
        .resolve(hash.substring(0, 2))
        .resolve(hash)
        .resolve("data");
  }

  /** Those that {@code script/services} marked; a backend of PostgreSQL works in its directory. */
  private List<ProcessHandle> processes(Service service) {
    String mark =
        "ORCHESTRATOR_SERVICE=%s@%s"
            .formatted(service.name().toLowerCase(Locale.ROOT), directory.toString());
    Path data = directory.resolve("postgresql/data");
    return ProcessHandle.allProcesses()
        .filter(process ->
            isMarked(process, mark) || (service == Service.POSTGRESQL && worksIn(process, data)))
        .toList();
  }

  private static boolean isMarked(ProcessHandle process, String mark) {
    try {
      byte[] environment = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/environ"));
      return List.of(new String(environment, StandardCharsets.ISO_8859_1).split("\0", -1))
          .contains(mark);
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  private static boolean worksIn(ProcessHandle process, Path directory) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd")).equals(directory);
    } catch (IOException e) {
      return false;
    }
  }

  private Map<String, String> environment() {
    String printed =
        Command.run(
            Map.of(Services.DIRECTORY, directory.toString()),
            "bash",
            "-c",
            "eval \"$('%s/script/services' env)\"; env --null".formatted(checkout));
    var environment = new HashMap<String, String>();
    for (String line : printed.split("\0", -1)) {
      int end = line.indexOf('=');
      if (end > 0) {
        environment.put(line.substring(0, end), line.substring(end + 1));
      }
    }
    return environment;
  }

  /**
   * The services are tuned to lose the last half second of answered commits if they are killed.
   * That would be found fault with, and is not the orchestrator's.
   */
  private void keepCommitsThatWereAnswered(Map<String, String> environment) {
    String user = services.databaseLogin().user();
    try (Connection connection =
            DriverManager.getConnection(
                services.databaseUrl(),
                environment.get("ORCHESTRATOR_TEST_DB_SUPERUSER"),
                environment.get("ORCHESTRATOR_TEST_DB_SUPERUSER_PASSWORD"));
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER ROLE " + user + " SET synchronous_commit = on");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void script(String... arguments) {
    var command = new ArrayList<>(List.of(checkout.resolve("script/services").toString()));
    command.addAll(List.of(arguments));
    Command.run(Map.of(Services.DIRECTORY, directory.toString()), command.toArray(String[]::new));
  }

  @Override
  public void close() {
    script("down", "--purge");
  }
}
